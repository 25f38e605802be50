import { STATUS_CODES } from 'node:http';
import type { Command } from 'commander';
import * as z from 'zod';
import type { Api, ApiAnswer } from './api.ts';
import { CliError } from './cli-error.ts';
import { type ExitCode, exitCode } from './exit-codes.ts';
import type { Host } from './host.ts';
import { jsonInput } from './json-input.ts';
import { exitCodeOf, waitForOperation } from './operation-view.ts';
import { agentOption, examples, wholeNumber } from './options.ts';
import { printableJson } from './plain-text.ts';
import { action, type Cli, type Session } from './session.ts';
import { pairs } from './table.ts';
import { findTools } from './tool-description.ts';

interface Options {
  readonly input: string;
  readonly key?: string;
  readonly agent?: string;
  readonly wait?: number;
}

/** `call`: one signed call of a tool, as an agent makes it. */
export function addCall(program: Command, cli: Cli): void {
  program
    .command('call <tool>')
    .description('call a tool as an agent; a write is carried out once per key')
    .option('--input <json>', "the tool's input: JSON, @file, or - for standard input", '{}')
    .option('--key <key>', 'idempotency key of a write; without one a new key is made and printed')
    .option(...agentOption)
    .option('--wait <seconds>', 'how long to wait for what is pending', wholeNumber(1, 3600))
    .addHelpText(
      'after',
      examples(
        `call erp_get_stock --input '{"item":"RM-6204"}'`,
        'call erp_create_purchase_order --input @order.json --key need-4711',
        'call erp_create_purchase_order --input - --wait 60 --json < order.json',
      ),
    )
    .action(
      action<Options>(cli, async (session) => {
        const { api, args, host, options } = session;
        const body = await jsonInput(options.input, host);
        const [tool = ''] = args;
        if (!/^[a-z0-9_]{1,64}$/.test(tool))
          throw new CliError(exitCode.usage, `${tool} is no tool's name.`, { next: 'See npx countersign tools.' });
        const agent = api('agent', options.agent);
        const key = options.key ?? (await newKeyFor(tool, agent, host));
        const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
        const answer = await agent({ method: 'POST', path: `/v1/tools/${tool}`, headers, body });
        return finish(session, { agent, answer, key });
      }),
    );
}

/** A write without a key gets one, told before it is sent: whatever happens then, the call can be repeated. */
async function newKeyFor(tool: string, agent: Api, host: Host): Promise<string | undefined> {
  const [known] = await findTools(agent, { name: tool });
  if (known?.effect === 'read') return undefined;
  const key = `cli-${host.newId()}`;
  host.terminal.note(`Idempotency key: ${key} (repeat this very call with --key ${key})\n`);
  return key;
}

const named = z.looseObject({ operationId: z.string() });

/** What became of the call so far: the answer, and the operation that it named. */
interface Called {
  readonly agent: Api;
  readonly answer: ApiAnswer;
  readonly key: string | undefined;
}

async function finish(session: Session<Options>, { agent, answer, key }: Called): Promise<ExitCode> {
  const { options, host, show } = session;
  const operationId = operationIdOf(answer);
  const replayed = answer.headers.get('idempotent-replayed') === 'true';
  const first = codeOf(answer);
  const settled =
    first === exitCode.pending && options.wait !== undefined && operationId !== undefined
      ? await waitForOperation(agent, operationId, { seconds: options.wait, host })
      : undefined;
  const { status, body } = answer;
  show(
    { status, replayed, operationId, key, body, operation: settled },
    () => `${heading(session, answer, { operationId, key, replayed })}\n${printableJson(settled ?? body, 2)}`,
  );
  return settled ? exitCodeOf(settled.state) : first;
}

const operationIdOf = ({ headers, body }: ApiAnswer): string | undefined =>
  /^\/v1\/operations\/([\w-]+)$/.exec(headers.get('location') ?? '')?.[1] ?? named.safeParse(body).data?.operationId;

const open = z.looseObject({ applied: z.literal('unknown') });

/** Pending, still running, or answered in a way that leaves the effect open: to be asked again with the same key. */
function codeOf({ status, body }: ApiAnswer): ExitCode {
  if (status === 200) return exitCode.ok;
  return status === 202 || open.safeParse(body).success ? exitCode.pending : exitCode.refused;
}

function heading(
  { colours }: Session<Options>,
  { status }: ApiAnswer,
  facts: { operationId: string | undefined; key: string | undefined; replayed: boolean },
): string {
  const colour = status === 200 ? colours.green : status === 202 ? colours.yellow : colours.red;
  const line = colour(`${status} ${STATUS_CODES[status] ?? ''}`.trim());
  const { operationId, key, replayed } = facts;
  const rest = pairs({ operation: operationId, key });
  return [replayed ? `${line}, replayed` : line, rest].filter(Boolean).join('\n');
}
