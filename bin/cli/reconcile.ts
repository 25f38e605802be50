import type { Command } from 'commander';
import * as z from 'zod';
import type { Comparison } from '../../lib/core/operation/comparison.ts';
import { type Api, accepted } from './api.ts';
import { CliError } from './cli-error.ts';
import { compared } from './created.ts';
import { type ExitCode, exitCode } from './exit-codes.ts';
import { exitCodeOf, operationPath, operationText, operationView } from './operation-view.ts';
import { day, examples, operatorOption } from './options.ts';
import { action, type Cli, type Session } from './session.ts';
import { table } from './table.ts';

interface Options {
  readonly operator?: string;
  readonly system?: string;
  readonly report?: true;
  readonly from?: string;
  readonly to?: string;
  readonly resume?: string;
}

const settled = z.looseObject({ lookedAt: z.int(), failed: z.int(), isDone: z.boolean() });
const systems = z.looseObject({ systems: z.array(z.looseObject({ id: z.string() })) });

/** `operations reconcile`: one operation, all that are open, or everything that a system keeps under our name. */
export function addReconcile(operations: Command, cli: Cli): void {
  operations
    .command('reconcile [id]')
    .description(
      'look up in the system now what became of an operation, or of all that are open; with --report, compare all documents (as an operator)',
    )
    .option('--system <system>', 'of one system only')
    .option('--report', 'compare what the system keeps under our name with the journal, both ways')
    .option('--from <day>', 'with --report: first day', day)
    .option('--to <day>', 'with --report: last day; the first one unless given', day)
    .option('--resume <file>', 'with --report: keep in this file how far it is, and go on from there; of one system')
    .option(...operatorOption)
    .addHelpText(
      'after',
      examples(
        'operations reconcile ID',
        'operations reconcile --system erp',
        'operations reconcile --report --from 2026-06-01 --to 2026-06-30 --json',
      ),
    )
    .action(
      action<Options>(cli, async (session) => {
        const { args, options } = session;
        const isWhole = options.report || options.from !== undefined || options.to !== undefined;
        if (args.length > 0 && (isWhole || options.system !== undefined))
          throw new CliError(exitCode.usage, 'Name an operation, or say what to look at; not both.');
        if (args.length > 0) return one(session);
        return isWhole ? report(session) : all(session);
      }),
    );
}

async function one({ api, args: [id = ''], options, show }: Session<Options>): Promise<ExitCode> {
  const path = `${operationPath('/v1/admin/operations', id)}/reconcile`;
  const operation = accepted(await api('operator', options.operator)({ method: 'POST', path }), operationView);
  show(operation, () => operationText(operation));
  return exitCodeOf(operation.state);
}

async function all({ api, options, show }: Session<Options>): Promise<ExitCode> {
  const operator = api('operator', options.operator);
  const rows: (z.output<typeof settled> & { readonly system: string })[] = [];
  for (const system of await systemsOf(operator, options.system)) {
    const path = `/v1/admin/systems/${system}/reconcile`;
    rows.push({ system, ...accepted(await operator({ method: 'POST', path }), settled) });
  }
  const isDone = rows.every((row) => row.isDone && row.failed === 0);
  show({ systems: rows }, () =>
    table(
      ['system', 'looked at', 'without an answer', ''],
      rows.map((row) => [row.system, row.lookedAt, row.failed, row.isDone ? '' : 'there are more: run it again']),
    ),
  );
  return isDone ? exitCode.ok : exitCode.pending;
}

async function report({ api, options, host, show }: Session<Options>): Promise<ExitCode> {
  const { from, to = from, resume } = options;
  if (!options.report || from === undefined || to === undefined || to < from)
    throw new CliError(exitCode.usage, 'A report needs --report, --from and a --to that is not earlier.');
  const operator = api('operator', options.operator);
  const reports: (Comparison & { readonly system: string })[] = [];
  const asked = await systemsOf(operator, options.system);
  if (resume !== undefined && asked.length > 1)
    throw new CliError(exitCode.usage, 'Name the system: --resume keeps one report.');
  for (const system of asked)
    reports.push({ system, ...(await compared(operator, { system, from, to }, { host, resume })) });
  show({ from, to, reports }, () => reports.map(reportText).join('\n\n'));
  return reports.every(isClean) ? exitCode.ok : exitCode.refused;
}

async function systemsOf(operator: Api, named: string | undefined): Promise<readonly string[]> {
  if (named === undefined)
    return accepted(await operator({ method: 'GET', path: '/v1/admin/systems' }), systems).systems.map(({ id }) => id);
  if (/^[a-z0-9_]{1,64}$/.test(named)) return [named];
  throw new CliError(exitCode.usage, `${named} is no system's name.`, { next: 'See npx countersign systems status.' });
}

/** What people change later is worth knowing, and nothing that went wrong. */
const isClean = ({ orphans, missing, second, unsettled }: Comparison): boolean =>
  [orphans, missing, second, unsettled].every(({ length }) => length === 0);

function reportText({ system, ...found }: Comparison & { readonly system: string }): string {
  const { orphans, missing, second, unsettled, edited, totals } = found;
  return [
    `${system}: ${found.documents} documents, ${found.operations} operations`,
    ...section(
      'Documents without an operation',
      ['document', 'kind', 'created', 'amount', 'reference'],
      orphans.map(({ document, kind, createdAt, amount, currency, reference }) => [
        document,
        kind,
        createdAt,
        `${amount} ${currency}`,
        reference,
      ]),
    ),
    ...section(
      'Applied, and nowhere in the system',
      ['document', 'since', 'operation'],
      missing.map(({ document, at, operationId }) => [document, at, operationId]),
    ),
    ...section(
      'More than one document for one operation',
      ['documents', 'operation'],
      second.map(({ documents, operationId }) => [documents.join(', '), operationId]),
    ),
    ...section(
      'Documents of operations that are not applied',
      ['document', 'state', 'operation'],
      unsettled.map(({ document, state, operationId }) => [document, state, operationId]),
    ),
    ...section(
      'Changed after we did anything to them',
      ['document', 'changed', 'by', 'our last', 'operation'],
      edited.map(({ document, changedAt, changedBy, ourLast, operationId }) => [
        document,
        changedAt,
        changedBy,
        ourLast,
        operationId,
      ]),
    ),
    ...section(
      'Totals',
      ['company', 'currency', 'documents', 'amount', 'without operation', 'amount'],
      totals.map((each) => [
        each.companyCode,
        each.currency,
        each.documents,
        each.amount,
        each.orphans,
        each.orphanAmount,
      ]),
    ),
    ...(isClean(found) ? ['Journal and system agree.'] : []),
  ].join('\n\n');
}

const section = (title: string, head: string[], rows: (string | number | undefined)[][]): string[] =>
  rows.length === 0 ? [] : [`${title}\n${table(head, rows)}`];
