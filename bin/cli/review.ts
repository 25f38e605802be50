import type { Command } from 'commander';
import { adminOperation } from './admin-operation.ts';
import { type Api, accepted } from './api.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import { operationPath } from './operation-view.ts';
import { examples, operatorOption } from './options.ts';
import { act, listParked, type Parked, parkedTable, parkedText, reasonOption, sagaSystem } from './parked.ts';
import { printableJson } from './plain-text.ts';
import { type Evidence, evidence, evidenceText } from './review-evidence.ts';
import { action, type Cli } from './session.ts';

interface Options {
  readonly operator?: string;
}

/** `review`: what only a person can settle. */
export function addReview(program: Command, cli: Cli): void {
  const review = program
    .command('review')
    .description('settle operations of which only a person can say what happened; the system has to show it');
  addList(review, cli);
  addShow(review, cli);
  addClaim(review, cli);
  addResolve(review, cli);
  addConfirm(review, cli);
}

function addList(review: Command, cli: Cli): void {
  review
    .command('list')
    .description('list what is in review, the longest first (as an operator)')
    .option('--system <system>', 'of one system only')
    .option(...operatorOption)
    .addHelpText('after', examples('review list', 'review list --json'))
    .action(
      action<Options & { system?: string }>(cli, async ({ api, options, show }) => {
        const operations = await listParked(api('operator', options.operator), 'reviews', options.system);
        show({ operations }, () => (operations.length === 0 ? 'Nothing is in review.' : listed(operations)));
        return undefined;
      }),
    );
}

function listed(operations: readonly Parked[]): string {
  const [saga] = operations.filter(({ system }) => system === sagaSystem);
  const hint = saga ? [`Sagas are seen to by their steps: npx countersign sagas show ${saga.operationId}`] : [];
  return [parkedTable(operations), ...hint].join('\n\n');
}

function addShow(review: Command, cli: Cli): void {
  review
    .command('show <id>')
    .description('show an operation, and what the system shows of it now (as an operator)')
    .option('--document <number>', 'look at this document too')
    .option(...operatorOption)
    .addHelpText('after', examples('review show ID', 'review show ID --document 4500000123'))
    .action(
      action<Options & { document?: string }>(cli, async ({ api, args: [id = ''], options, show }) => {
        const operator = api('operator', options.operator);
        const operation = await adminOperation(operator, id);
        if (operation.steps)
          throw new CliError(exitCode.usage, 'It is a saga: its steps are what is looked at.', {
            next: `npx countersign sagas show ${id}`,
          });
        const shown = await evidenceOf(operator, id, options.document);
        show({ operation, evidence: shown }, () =>
          [
            parkedText(operation),
            ...['It asked for:', printableJson(operation.input, 2)],
            ...['The system shows:', evidenceText(shown)],
            nextText(operation, shown),
          ].join('\n\n'),
        );
        return operation.state === 'review' ? exitCode.ok : exitCode.refused;
      }),
    );
}

async function evidenceOf(operator: Api, id: string, document: string | undefined): Promise<Evidence> {
  const path = `${operationPath('/v1/admin/operations', id)}/evidence`;
  return accepted(await operator({ method: 'GET', path, query: { document } }), evidence);
}

function nextText({ operationId: id, state, proposal }: Parked, { finding, documents }: Evidence): string {
  if (state !== 'review') return `It is ${state}: there is nothing to resolve.`;
  if (proposal) return `Another operator than ${proposal.by} confirms: npx countersign review confirm ${id}`;
  const [named = { document: 'NUMBER' }] = documents.filter(({ exists, isNamed }) => exists && isNamed);
  const verdict = finding === 'absent' ? '--not-applied' : `--applied ${named.document}`;
  return `Say what is true: npx countersign review resolve ${id} ${verdict} --reason '...'`;
}

function addClaim(review: Command, cli: Cli): void {
  review
    .command('claim <id>')
    .description('take an operation for half an hour, so that nobody else works on it (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('review claim ID'))
    .action(
      action<Options>(cli, async ({ api, args: [id = ''], options, show }) => {
        const row = await act(api('operator', options.operator), id, 'claim');
        show(row, () => parkedText(row));
        return undefined;
      }),
    );
}

interface Resolving extends Options {
  readonly applied?: string;
  readonly notApplied?: true;
  readonly acceptDeviation?: true;
  readonly reason: string;
}

function addResolve(review: Command, cli: Cli): void {
  review
    .command('resolve <id>')
    .description('say what became of an operation; the system is asked whether it is so (as an operator)')
    .option('--applied <number>', 'it took effect: this document')
    .option('--not-applied', 'it had no effect')
    .option('--accept-deviation', 'with --applied: take the document although it is not what was asked for')
    .requiredOption(...reasonOption)
    .option(...operatorOption)
    .addHelpText(
      'after',
      examples(
        "review resolve ID --applied 4500000123 --reason 'seen in ME23N'",
        "review resolve ID --not-applied --reason '...'",
      ),
    )
    .action(
      action<Resolving>(cli, async ({ api, args: [id = ''], options, show }) => {
        const row = await act(api('operator', options.operator), id, 'resolve', verdictOf(options));
        const next = row.proposal ? `\n\nAnother operator confirms: npx countersign review confirm ${id}` : '';
        show(row, () => `${parkedText(row)}${next}`);
        return row.proposal ? exitCode.pending : exitCode.ok;
      }),
    );
}

function verdictOf({ applied, notApplied, acceptDeviation, reason }: Resolving): object {
  if ((applied === undefined) === (notApplied === undefined))
    throw new CliError(exitCode.usage, 'Say either --applied with a document, or --not-applied.');
  if (applied === undefined && acceptDeviation)
    throw new CliError(exitCode.usage, '--accept-deviation goes with --applied.');
  if (applied === undefined) return { verdict: 'not_applied', reason };
  return { verdict: 'applied', document: applied, reason, ...(acceptDeviation && { acceptDeviation }) };
}

function addConfirm(review: Command, cli: Cli): void {
  review
    .command('confirm <id>')
    .description('confirm what another operator says of it, if the system still shows it (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('review confirm ID --operator second'))
    .action(
      action<Options>(cli, async ({ api, args: [id = ''], options, show }) => {
        const row = await act(api('operator', options.operator), id, 'confirm');
        show(row, () => parkedText(row));
        return undefined;
      }),
    );
}
