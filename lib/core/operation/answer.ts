import { CountersignError } from '../errors.ts';
import { type Problem, problemOf } from '../problem.ts';
import type { StepView } from '../saga/progress.ts';
import { isFinal, type Operation } from './operation.ts';

/** An HTTP answer to an agent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An operation as agents and operators see it. */
export interface OperationView {
  readonly operationId: string;
  readonly tool: string;
  readonly state: Operation['state'];
  readonly version: number;
  readonly attempts: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly reference?: string;
  readonly document?: string;
  readonly reason?: string;
  /** The operation that has taken its place, as operators changed it. */
  readonly replacedBy?: string;
  /** Of a saga: what each of its steps has come to. */
  readonly steps?: readonly StepView[];
  readonly result?: unknown;
  readonly problem?: unknown;
  /** Seconds until it is worth asking again. */
  readonly retryAfter?: number;
  readonly nextAction: string;
}

const pollAfter = 5;

const nextActions: Readonly<Record<Operation['state'], string>> = {
  running: 'Its steps are under way. Ask again later; do not send the intent with another key.',
  awaiting_approval: 'A person is asked. Ask again later; nothing is sent before they have said yes.',
  queued:
    'Nothing: it is carried out as soon as the system can take it. Ask again later; do not send the intent with another key.',
  accepted: 'Ask again, or send the same call with the same idempotency key.',
  attempted: 'Ask again, or send the same call with the same idempotency key.',
  unknown: 'Ask again: the system is looked up each time. Do not send the intent with another key.',
  applied: 'Nothing: it is done.',
  not_applied: 'It had no effect. Read the problem.',
  review: 'A person must say what happened. Do not send the intent with another key.',
  dead: 'It had no effect and was given up after five sends. Ask an operator of this deployment why.',
};

/** The state table of the design: the one place that turns an operation into an answer to its call. */
export function answerOf(operation: Operation, { now, replayed }: { now: number; replayed: boolean }): Answer {
  const { id, state, result, resultStatus, sendBy } = operation;
  const headers = { location: `/v1/operations/${id}`, ...(replayed && { 'idempotent-replayed': 'true' }) };
  if (state === 'applied' && result !== undefined)
    return { status: resultStatus ?? 200, headers: json(headers), body: result };
  if (state === 'not_applied' && result !== undefined)
    return stored(operation, isFinal(operation) ? headers : { location: headers.location });
  if ((state === 'attempted' || state === 'accepted') && now < sendBy) {
    const error = new CountersignError('OPERATION_IN_PROGRESS', 'The first call with this key is still running.', {
      retryAfter: Math.ceil((sendBy - now) / 1000),
    });
    return problemAnswer(problemOf(error, { operationId: id }), { location: headers.location });
  }
  const body = JSON.stringify(viewOf(operation));
  return { status: 202, headers: { ...json(headers), 'retry-after': String(pollAfter) }, body };
}

/** Everything that an agent may know of its operation. */
export function viewOf(operation: Operation, steps?: readonly StepView[]): OperationView {
  const { id, tool, state, version, attempts, reference, document, reason, createdAt, updatedAt } = operation;
  const { editedAs } = operation;
  const { result, resultStatus = state === 'not_applied' ? 500 : 200 } = operation;
  const body: unknown = result === undefined ? undefined : JSON.parse(result);
  const pending = !isFinal(operation) && state !== 'review' && state !== 'dead';
  return {
    operationId: id,
    tool,
    state,
    version,
    attempts,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    ...(reference !== '' && { reference }),
    ...(document !== undefined && { document }),
    ...(reason !== undefined && { reason }),
    ...(editedAs !== undefined && { replacedBy: editedAs }),
    ...(steps && { steps }),
    ...(body !== undefined && (resultStatus >= 400 ? { problem: body } : { result: body })),
    ...(pending && { retryAfter: pollAfter }),
    nextAction: nextActions[state],
  };
}

/** A problem as an HTTP answer. */
export function problemAnswer(problem: Problem, headers: Readonly<Record<string, string>> = {}): Answer {
  const retryAfter: Record<string, string> =
    problem.retryAfter === undefined ? {} : { 'retry-after': String(problem.retryAfter) };
  return {
    status: problem.status,
    headers: { ...headers, ...retryAfter, 'content-type': 'application/problem+json' },
    body: JSON.stringify(problem),
  };
}

/** The problem that was stored, byte for byte. */
function stored(
  { result = '', resultStatus = 500, reopenable }: Operation,
  headers: Readonly<Record<string, string>>,
): Answer {
  const { retryAfter: wait = pollAfter } = JSON.parse(result) as Partial<Problem>;
  const retryAfter: Record<string, string> = reopenable ? { 'retry-after': String(wait) } : {};
  return {
    status: resultStatus,
    headers: { ...headers, ...retryAfter, 'content-type': 'application/problem+json' },
    body: result,
  };
}

const json = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...headers,
  'content-type': 'application/json',
});
