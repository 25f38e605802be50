import * as z from 'zod';
import { type Api, accepted } from './api.ts';
import { CliError } from './cli-error.ts';
import { type ExitCode, exitCode } from './exit-codes.ts';
import type { Host } from './host.ts';
import { printableJson } from './plain-text.ts';
import { pairs, table } from './table.ts';

/** An operation as agents see it. */
export const operationView = z.looseObject({
  operationId: z.string(),
  tool: z.string(),
  state: z.string(),
  version: z.int(),
  attempts: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  reference: z.string().optional(),
  document: z.string().optional(),
  reason: z.string().optional(),
  result: z.unknown().optional(),
  problem: z.unknown().optional(),
  nextAction: z.string(),
  /** Of a saga. */
  steps: z
    .array(z.looseObject({ step: z.string(), tool: z.string(), state: z.string(), document: z.string().optional() }))
    .optional(),
});

/** One write, and what is known about it. */
export type OperationView = z.output<typeof operationView>;

/** The path of an operation below a collection. Throws `CliError` for what cannot be an operation's id. */
export function operationPath(
  collection: '/v1/operations' | '/v1/admin/operations' | '/v1/admin/sagas',
  id: string,
): string {
  if (/^[\w-]{1,64}$/.test(id)) return `${collection}/${id}`;
  throw new CliError(exitCode.usage, `${id} is no operation's id.`, { next: 'See npx countersign operations list.' });
}

const settledStates: ReadonlySet<string> = new Set(['applied', 'not_applied', 'review', 'dead']);

/** What a state says to a script. */
export const exitCodeOf = (state: string): ExitCode => {
  if (state === 'applied') return exitCode.ok;
  return state === 'not_applied' || state === 'dead' ? exitCode.refused : exitCode.pending;
};

/** The longest wait that the API grants one request, in seconds. */
const longestWait = 25;

/** Asks for an agent's own operation until nothing further happens to it by itself, or the time is over. */
export async function waitForOperation(
  api: Api,
  id: string,
  { seconds, host }: { readonly seconds: number; readonly host: Host },
): Promise<OperationView> {
  const until = host.now() + seconds * 1000;
  for (;;) {
    const left = Math.max(0, Math.ceil((until - host.now()) / 1000));
    const asked = host.now();
    const operation = await getOperation(api, id, Math.min(longestWait, left));
    if (settledStates.has(operation.state) || host.now() >= until) return operation;
    // The API answered early: asking on without a pause would only make noise.
    if (host.now() - asked < 1000) await host.sleep(1000, new AbortController().signal);
  }
}

/** An agent's own operation; `wait` seconds for it to be settled. */
export const getOperation = async (api: Api, id: string, wait: number): Promise<OperationView> =>
  accepted(
    await api({ method: 'GET', path: operationPath('/v1/operations', id), query: { wait: wait || undefined } }),
    operationView,
  );

/** An operation for people. */
export function operationText(operation: OperationView): string {
  const { operationId, tool, state, attempts, createdAt, updatedAt, reference, document, reason, nextAction } =
    operation;
  const facts = { operation: operationId, tool, state, reason, document, reference, attempts };
  const body = operation.result ?? operation.problem;
  return [
    pairs({ ...facts, created: createdAt, updated: updatedAt, next: nextAction }),
    ...(operation.steps ? [stepsText(operation.steps)] : []),
    ...(body === undefined ? [] : [printableJson(body, 2)]),
  ].join('\n\n');
}

const stepsText = (steps: NonNullable<OperationView['steps']>): string =>
  table(
    ['step', 'tool', 'state', 'document'],
    steps.map(({ step, tool, state, document }) => [step, tool, state.replaceAll('_', ' '), document]),
  );
