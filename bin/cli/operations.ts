import type { Command } from 'commander';
import * as z from 'zod';
import { adminOperation } from './admin-operation.ts';
import { accepted } from './api.ts';
import {
  exitCodeOf,
  getOperation,
  type OperationView,
  operationText,
  operationView,
  waitForOperation,
} from './operation-view.ts';
import { addExplain } from './operations-explain.ts';
import { agentOption, day, examples, operatorOption, wholeNumber } from './options.ts';
import { addReconcile } from './reconcile.ts';
import { action, type Cli, type Session } from './session.ts';
import { table } from './table.ts';

interface Options {
  readonly agent?: string;
  readonly operator?: string | true;
  readonly day?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly wait?: number;
}

/** `operations`: what became of writes. */
export function addOperations(program: Command, cli: Cli): void {
  const operations = program.command('operations').description('see what became of writes, and have them looked up');
  addList(operations, cli);
  addGet(operations, cli);
  addExplain(operations, cli);
  addReconcile(operations, cli);
}

const page = z.looseObject({
  operations: z.array(operationView.extend({ agent: z.string() })),
  nextCursor: z.string().optional(),
});

function addList(operations: Command, cli: Cli): void {
  operations
    .command('list')
    .description('list the operations of a day, newest first (as an operator)')
    .option(...operatorOption)
    .option('--day <day>', 'UTC day; today unless given', day)
    .option('--limit <n>', 'how many', wholeNumber(1, 100), 20)
    .option('--cursor <cursor>', 'where the page before ended')
    .addHelpText('after', examples('operations list', 'operations list --day 2026-01-31 --json'))
    .action(
      action<Options & { operator?: string }>(cli, async ({ api, options, show }) => {
        const { operator, day, limit, cursor } = options;
        const query = { day, limit, cursor };
        const request = { method: 'GET', path: '/v1/admin/operations', query } as const;
        const found = accepted(await api('operator', operator)(request), page);
        show(found, () => listed(found));
        return undefined;
      }),
    );
}

function listed({ operations, nextCursor }: z.output<typeof page>): string {
  if (operations.length === 0) return 'No operations on this day.';
  const rows = operations.map((one) => [
    one.createdAt,
    one.state,
    one.agent,
    one.tool,
    one.document ?? one.reason,
    one.operationId,
  ]);
  const more = nextCursor === undefined ? '' : `\n\nMore: --cursor ${nextCursor}`;
  return `${table(['created', 'state', 'agent', 'tool', 'document or reason', 'operation'], rows)}${more}`;
}

function addGet(operations: Command, cli: Cli): void {
  operations
    .command('get <id>')
    .description("show an operation: an agent's own, or with --operator everything that is recorded about it")
    .option(...agentOption)
    .option('--operator [name]', 'ask as an operator')
    .option('--wait <seconds>', 'how long to wait until it is settled (as an agent)', wholeNumber(1, 3600))
    .addHelpText('after', examples('operations get ID --wait 60', 'operations get ID --operator'))
    .action(
      action<Options>(cli, async (session) => {
        const operation = await got(session);
        session.show(operation, () => operationText(operation));
        return exitCodeOf(operation.state);
      }),
    );
}

async function got({ api, args: [id = ''], options, host }: Session<Options>): Promise<OperationView> {
  const { agent, operator, wait } = options;
  if (operator !== undefined) return adminOperation(api('operator', operator === true ? undefined : operator), id);
  const asAgent = api('agent', agent);
  return wait === undefined ? getOperation(asAgent, id, 0) : waitForOperation(asAgent, id, { seconds: wait, host });
}
