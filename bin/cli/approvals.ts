import type { Command } from 'commander';
import * as z from 'zod';
import { accepted } from './api.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-codes.ts';
import { examples, operatorOption } from './options.ts';
import { printableJson } from './plain-text.ts';
import { action, type Cli } from './session.ts';
import { pairs, table } from './table.ts';

interface Options {
  readonly operator?: string;
}

const row = z.looseObject({
  id: z.string(),
  operationId: z.string(),
  tool: z.string(),
  agent: z.string(),
  status: z.string(),
  need: z.int(),
  of: z.array(z.string()),
  decisions: z.array(z.looseObject({ approver: z.string(), verdict: z.string() })),
  why: z.string(),
  headline: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  passedOn: z.array(z.looseObject({ from: z.string(), to: z.string() })).optional(),
  absent: z.array(z.string()).optional(),
  unreached: z.array(z.string()).optional(),
});
const list = z.looseObject({ approvals: z.array(row) });
type Row = z.output<typeof row>;

/** `approvals`: what people are asked. Nothing here decides. */
export function addApprovals(program: Command, cli: Cli): void {
  const approvals = program
    .command('approvals')
    .description('see what people are asked, remind them, and withdraw a question');
  addList(approvals, cli);
  addShow(approvals, cli);
  addRequest(approvals, cli, 'remind', 'mail a question again to those who have not answered, at most once an hour');
  addRequest(approvals, cli, 'withdraw', 'withdraw a question: nothing is sent to the system, and the agent is told');
}

function addList(approvals: Command, cli: Cli): void {
  approvals
    .command('list')
    .description('list what waits for a decision, oldest first (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('approvals list', 'approvals list --json'))
    .action(
      action<Options>(cli, async ({ api, options, show }) => {
        const found = accepted(await api('operator', options.operator)({ method: 'GET', path: collection }), list);
        show(found, () => listed(found.approvals));
        return undefined;
      }),
    );
}

function listed(approvals: readonly Row[]): string {
  if (approvals.length === 0) return 'Nobody is asked for anything.';
  const rows = approvals.map((each) => [each.expiresAt, each.headline, each.agent, saidOf(each), each.id]);
  return table(['until', 'what', 'agent', 'said yes', 'approval'], rows);
}

const saidOf = ({ decisions, need, of }: Row): string => {
  const approved = decisions.filter(({ verdict }) => verdict === 'approve').length;
  return `${approved} of ${need} (${of.join(', ')})`;
};

function addShow(approvals: Command, cli: Cli): void {
  approvals
    .command('show <id>')
    .description('show a question with all that its approvers see (as an operator)')
    .option(...operatorOption)
    .addHelpText('after', examples('approvals show ID'))
    .action(
      action<Options>(cli, async ({ api, args: [id = ''], options, show }) => {
        const asked = await api('operator', options.operator)({ method: 'GET', path: pathOf(id) });
        const found = accepted(asked, row.extend({ shown: z.unknown() }));
        show(found, () => `${summary(found)}\n\n${printableJson(found.shown, 2)}`);
        return undefined;
      }),
    );
}

function addRequest(approvals: Command, cli: Cli, verb: 'remind' | 'withdraw', description: string): void {
  approvals
    .command(`${verb} <id>`)
    .description(`${description} (as an operator)`)
    .option(...operatorOption)
    .addHelpText('after', examples(`approvals ${verb} ID`))
    .action(
      action<Options>(cli, async ({ api, args: [id = ''], options, show }) => {
        const path = `${pathOf(id)}/${verb}`;
        const answered = accepted(await api('operator', options.operator)({ method: 'POST', path }), row);
        show(answered, () => summary(answered));
        return undefined;
      }),
    );
}

const summary = (approval: Row): string => {
  const { id, status, headline, why, tool, agent, operationId, createdAt, expiresAt } = approval;
  const facts = { approval: id, status, what: headline, why, tool, agent, 'said yes': saidOf(approval) };
  return pairs({ ...facts, ...whoIsMissing(approval), asked: createdAt, until: expiresAt, operation: operationId });
};

/** Why it may be that nobody answers. */
const whoIsMissing = ({ passedOn = [], absent = [], unreached = [] }: Row): Record<string, string> => ({
  ...(passedOn.length > 0 && { 'in place of': passedOn.map(({ from, to }) => `${to} for ${from}`).join(', ') }),
  ...(absent.length > 0 && { 'asked while absent': absent.join(', ') }),
  ...(unreached.length > 0 && { 'no mail reaches': unreached.join(', ') }),
});

const collection = '/v1/admin/approvals';

function pathOf(id: string): string {
  if (/^[\w.-]{1,80}$/.test(id)) return `${collection}/${id}`;
  throw new CliError(exitCode.usage, `${id} is no approval's id.`, { next: 'See npx countersign approvals list.' });
}
