import { type Command, InvalidArgumentError } from 'commander';
import { type AdminOperation, adminOperation } from './admin-operation.ts';
import type { Api } from './api.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import { jsonInput } from './json-input.ts';
import { examples, operatorOption } from './options.ts';
import { act, listParked, type Parked, parkedTable, parkedText, reasonOption } from './parked.ts';
import { printableJson } from './plain-text.ts';
import { redriveAll } from './redrive.ts';
import { action, type Cli } from './session.ts';

interface Options {
  readonly operator?: string;
}
interface Reasoned extends Options {
  readonly reason: string;
}

/** `dead`: what was sent as often as is allowed, without effect. */
export function addDead(program: Command, cli: Cli): void {
  const dead = program
    .command('dead')
    .description('look after operations that were given up: nothing of them took effect');
  addList(dead, cli);
  addShow(dead, cli);
  addRedrive(dead, cli);
  addEdit(dead, cli);
  addConfirm(dead, cli);
  addDiscard(dead, cli);
}

function addList(dead: Command, cli: Cli): void {
  dead
    .command('list')
    .description('list dead operations, with the last error of each; the longest dead first (as an operator)')
    .option('--system <system>', 'of one system only')
    .option(...operatorOption)
    .addHelpText('after', examples('dead list', 'dead list --system erp --json'))
    .action(
      action<Options & { system?: string }>(cli, async ({ api, options, show }) => {
        const operations = await listParked(api('operator', options.operator), 'dead', options.system);
        show({ operations }, () => (operations.length === 0 ? 'Nothing is dead.' : parkedTable(operations)));
        return undefined;
      }),
    );
}

function addShow(dead: Command, cli: Cli): void {
  dead
    .command('show <id>')
    .description('show a dead operation: why, since when, how often it was sent, and what it asks for (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('dead show ID'))
    .action(
      action<Options>(cli, async ({ api, args: [id = ''], options, show }) => {
        const operation = await adminOperation(api('operator', options.operator), id);
        show(operation, () => shown(operation));
        return operation.state === 'dead' ? exitCode.ok : exitCode.refused;
      }),
    );
}

const shown = ({ input, problem, proposal, ...operation }: AdminOperation): string =>
  [
    parkedText({ ...operation, ...(proposal && { proposal }) }),
    ...['It asks for:', printableJson(input, 2)],
    ...(problem === undefined ? [] : ['The last refusal:', printableJson(problem, 2)]),
    ...(proposal?.input === undefined ? [] : ['Proposed instead:', printableJson(JSON.parse(proposal.input), 2)]),
  ].join('\n\n');

function addRedrive(dead: Command, cli: Cli): void {
  dead
    .command('redrive [ids...]')
    .description(
      'have dead operations carried out after all, each looked up once more before it is sent (as an operator)',
    )
    .requiredOption(...reasonOption)
    .option('--all', 'every dead operation, or every one of --system')
    .option('--system <system>', 'with --all: of one system only')
    .option('--rate <n>/min', 'so many in a minute; Ctrl-C leaves the rest dead', perMinute)
    .option(...operatorOption)
    .addHelpText(
      'after',
      examples(
        "dead redrive ID --reason 'supplier unblocked'",
        "dead redrive --all --rate 30/min --reason 'ERP repaired'",
      ),
    )
    .action(
      action<Reasoned & { all?: true; system?: string; rate?: number }>(cli, async (session) => {
        const { api, args, options, host, show } = session;
        const operator = api('operator', options.operator);
        const ids = await idsOf(operator, args, options);
        const { reason, rate } = options;
        const done = await redriveAll(operator, ids, { reason, rate, host });
        show(done, () => redrivenText(done.redriven, done.refused.length));
        return done.refused.length === 0 ? exitCode.ok : exitCode.refused;
      }),
    );
}

async function idsOf(
  operator: Api,
  args: readonly string[],
  { all, system }: { readonly all?: true; readonly system?: string },
): Promise<readonly string[]> {
  if ((all === true) === args.length > 0)
    throw new CliError(exitCode.usage, 'Name operations, or say --all.', { next: 'See npx countersign dead list.' });
  if (!all) return args;
  const dead = await listParked(operator, 'dead', system);
  // What is replaced, or may be, is not for a list to decide.
  return dead.filter(({ editedAs, proposal }) => !editedAs && !proposal).map(({ operationId }) => operationId);
}

const redrivenText = (redriven: readonly Parked[], refused: number): string => {
  const counts = `${redriven.length} redriven${refused === 0 ? '' : `, ${refused} refused`}.`;
  return redriven.length === 0 ? counts : `${parkedTable(redriven)}\n\n${counts}`;
};

function addEdit(dead: Command, cli: Cli): void {
  dead
    .command('edit <id>')
    .description(
      'propose other arguments; another operator confirms, then people approve a new operation (as an operator)',
    )
    .requiredOption('--input <json>', 'all arguments as they are to be: JSON, @file, or - for standard input')
    .requiredOption(...reasonOption)
    .option(...operatorOption)
    .addHelpText('after', examples("dead edit ID --input @order.json --reason 'wrong site'"))
    .action(
      action<Reasoned & { input: string }>(cli, async ({ api, args: [id = ''], options, show, host }) => {
        const input: unknown = JSON.parse(await jsonInput(options.input, host));
        const row = await act(api('operator', options.operator), id, 'edit', { reason: options.reason, input });
        const next = `Another operator confirms: npx countersign dead confirm ${id}`;
        show(row, () => `${parkedText(row)}\n\n${next}`);
        return undefined;
      }),
    );
}

function addConfirm(dead: Command, cli: Cli): void {
  dead
    .command('confirm <id>')
    .description('confirm what another operator proposes for a dead operation; people are asked next (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('dead confirm ID'))
    .action(
      action<Options>(cli, async ({ api, args: [id = ''], options, show }) => {
        const row = await act(api('operator', options.operator), id, 'confirm');
        show(row, () => parkedText(row));
        // Its own id: an effect of it was found, and nothing took its place.
        return row.operationId === id ? exitCode.pending : exitCode.ok;
      }),
    );
}

function addDiscard(dead: Command, cli: Cli): void {
  dead
    .command('discard <id>')
    .description('give a dead operation up for good, if the system still shows no effect of it (as an operator)')
    .requiredOption(...reasonOption)
    .option(...operatorOption)
    .addHelpText('after', examples("dead discard ID --reason 'ordered by telephone'"))
    .action(
      action<Reasoned>(cli, async ({ api, args: [id = ''], options, show }) => {
        const row = await act(api('operator', options.operator), id, 'discard', { reason: options.reason });
        show(row, () => parkedText(row));
        return row.state === 'not_applied' ? exitCode.ok : exitCode.pending;
      }),
    );
}

/** `30/min`, or `30`. */
function perMinute(text: string): number {
  const rate = Number(/^(\d{1,4})(\/min)?$/.exec(text)?.[1]);
  if (rate >= 1) return rate;
  throw new InvalidArgumentError('Give how many in a minute, as 30/min.');
}
