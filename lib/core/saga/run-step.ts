import { CountersignError, errorTable } from '../errors.ts';
import type { Answer } from '../operation/answer.ts';
import { type Operation, type Operations, type Progress, stepIdOf } from '../operation/operation.ts';
import { type Problem, problemOf } from '../problem.ts';
import type { Template } from '../state-machine.ts';
import type { ToolCall } from '../tool-call.ts';
import { notYet } from './not-yet.ts';
import { amendSaga, type SagaOperation, sagaOf, stepIn } from './progress.ts';
import type { Patience } from './saga.ts';
import { filled } from './values.ts';

/** What a machine says of a step. */
export interface StepCall {
  /** Operation of the saga. */
  readonly saga: string;
  readonly step: string;
  readonly tool: string;
  readonly input: Template;
  readonly patience?: Patience | undefined;
  /** Whether people may have to approve it. */
  readonly asks?: true | undefined;
}

/** What carrying out a step stands on. */
export interface Stepping {
  readonly operations: Operations;
  /** The way of every call. */
  call(call: ToolCall): Promise<Answer>;
}

/** What the machine does next: go on; undo what was done before; park for so many seconds; or try again after them. */
export type StepTurn =
  | { readonly next: 'done' }
  | Ended
  | { readonly next: 'wait' | 'later'; readonly seconds: number };

/** The way forward has ended, at that step: undoing begins there. */
export interface Ended {
  readonly next: 'failed';
  readonly failed: string;
}

/** Where the way forward of a saga has ended; nothing begins at a step of one that is over. */
export const endedAt = ({ saga: { failed } }: SagaOperation, step: string): Ended => ({
  next: 'failed',
  failed: failed?.step ?? step,
});

/**
 * Carries out a step of a saga, in the name of the agent that its operation names, any number of times with one effect.
 * Throws `StepNotYet` for what may be tried again soon.
 */
export async function runStep(
  { saga: id, step, tool, input, patience, asks }: StepCall,
  on: Stepping,
): Promise<StepTurn> {
  const saga = await sagaOf(on.operations, id);
  if (saga.saga.failed || (saga.state !== 'running' && saga.state !== 'review')) return endedAt(saga, step);
  const body = JSON.stringify(await filled(input, saga, on.operations));
  const of = { ...stepIn(saga, step), ...(asks && { asks }) };
  const answer = await on.call({ ...callOf(saga, tool, body), step: of });
  // Only what is applied answers so.
  if (answer.status === 200) return { next: 'done' };
  const operation = await on.operations.get(stepIdOf(of));
  if (operation?.state === 'applied') return { next: 'done' };
  const isOpen = operation && operation.state !== 'not_applied' && operation.state !== 'dead';
  if (isOpen) return { next: 'wait', seconds: patienceFor(operation, on.operations.now()) };
  // Refused before there was anything to record, or once more by the rules of today; or final.
  const problem = operation && !operation.reopenable ? (operation.result ?? spent(operation)) : answer.body;
  const isRefused = operation !== undefined && !operation.reopenable;
  if (isRefused && patience && (await isTooEarly(saga, problem, { patience, on }))) return tryLater(saga, step, on);
  return failed(saga, step, { problem, isFinal: isRefused, on });
}

/** How long until what is too early is tried again, in seconds. */
const laterBy = 300;

async function isTooEarly(
  saga: SagaOperation,
  problem: string,
  { patience: { codes, hours }, on }: { readonly patience: Patience; readonly on: Stepping },
): Promise<boolean> {
  const { code } = JSON.parse(problem) as Problem;
  const lasts = Number(await filled(hours, saga, on.operations));
  return codes.includes(code) && on.operations.now() + laterBy * 1000 < saga.createdAt + lasts * 3_600_000;
}

/** What was refused stays refused: the step gets another operation, one for each refusal, however often it is seen. */
async function tryLater(refused: SagaOperation, step: string, { operations }: Stepping): Promise<StepTurn> {
  const { round } = stepIn(refused, step);
  await amendSaga(operations, refused.id, (seen) => {
    if (seen.saga.failed || stepIn(seen, step).round !== round) return undefined;
    return { saga: { ...seen.saga, rounds: { ...seen.saga.rounds, [step]: round + 1 } } };
  });
  return { next: 'later', seconds: laterBy };
}

/** What is worth trying again is tried for so long, in ms; what waits for people or in a backlog is not limited by this. */
const triedFor = 24 * 3_600_000;

/** As an agent's call is, but with the operation of a step instead of a key. */
export const callOf = ({ principal, id }: SagaOperation, tool: string, body: string): ToolCall => {
  const [account = '', role = ''] = principal.split('/');
  return { principal: { account, role }, tool, keys: [], body, traceId: id };
};

/**
 * Longest until it is looked at again, in seconds, where nobody says that it has come to rest. The longer it has been as it
 * is, the longer: whatever is not settled for weeks fits into the history of one execution.
 */
export function patienceFor({ state, since, queuedAt = since, createdAt }: Operation, now: number): number {
  const least = state === 'queued' ? 900 : state === 'awaiting_approval' || state === 'review' ? longest : 60;
  return Math.min(longest, Math.max(least, Math.floor((now - (queuedAt ?? createdAt)) / 8_000)));
}

const longest = 24 * 3600;

/** Writes down what the way forward ended with, unless it may yet be gone on. */
async function failed(
  { id, createdAt }: SagaOperation,
  step: string,
  { problem, isFinal, on }: { readonly problem: string; readonly isFinal: boolean; readonly on: Stepping },
): Promise<StepTurn> {
  const { code, detail } = JSON.parse(problem) as Partial<Problem>;
  const why = `${step}: ${code}: ${detail}`;
  // It was answered before it came to what it is by now.
  if (code === undefined) throw notYet(why);
  if (!isFinal && errorTable[code].retryable && on.operations.now() - createdAt < triedFor) throw notYet(why);
  return endedAt(await fail(on.operations, id, { step, problem }), step);
}

/** Ends the way forward; the first end counts. */
export const fail = (
  operations: Operations,
  id: string,
  failed: NonNullable<Progress['failed']>,
): Promise<SagaOperation> =>
  amendSaga(operations, id, ({ saga }) => (saga.failed ? undefined : { saga: { ...saga, failed } }));

const spent = ({ id }: Operation): string =>
  JSON.stringify(
    problemOf(new CountersignError('ATTEMPTS_SPENT', 'It was sent five times.', { applied: 'no' }), {
      operationId: id,
    }),
  );
