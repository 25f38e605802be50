import type { State } from './definition.ts';
import { type Evaluate, evaluateAs, type Scope } from './expression.ts';
import type { Place } from './place.ts';
import { timeIn } from './rfc3339.ts';
import { type Failure, payloadText, queryError } from './state-error.ts';

/** The input of a task or of branches, JSON: the field Arguments, or else the state's own input. */
export const argumentsOf = async ({ state, thread }: Place, scope: Scope, evaluate: Evaluate): Promise<string> => {
  const template = 'Arguments' in state ? state.Arguments : undefined;
  if (template === undefined) return thread.input;
  return payloadText(
    await evaluate(template, 'Arguments', scope),
    `The field Arguments of '${thread.state}' is too large.`,
  );
};

/** Error and Cause of a Fail state. */
export const failureOf = async (
  { Error: error, Cause: cause }: State & { Type: 'Fail' },
  scope: Scope,
  evaluate: Evaluate,
): Promise<Failure> => ({
  error: error === undefined ? '' : await evaluateAs(evaluate, 'string', [error, 'Error', scope]),
  ...(cause !== undefined && { cause: await evaluateAs(evaluate, 'string', [cause, 'Cause', scope]) }),
});

/** When a Wait state is over, epoch milliseconds. */
export const wakingTime = async (
  { Seconds, Timestamp }: State & { Type: 'Wait' },
  scope: Scope,
  { evaluate, now }: { readonly evaluate: Evaluate; readonly now: () => number },
): Promise<number> => {
  if (Seconds !== undefined) return now() + 1000 * (await secondsOf(evaluate, [Seconds, 'Seconds', scope], 0));
  const text = await evaluateAs(evaluate, 'string', [Timestamp, 'Timestamp', scope]);
  const time = timeIn(text);
  if (time !== undefined) return time;
  const wrong = 'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string:';
  throw queryError(`An error occurred ${scope.place()}. ${wrong} ${text}`, 'Timestamp');
};

/** TimeoutSeconds and HeartbeatSeconds of a task, as far as it has them. */
export const limitsOf = async (
  { TimeoutSeconds, HeartbeatSeconds }: State & { Type: 'Task' },
  scope: Scope,
  evaluate: Evaluate,
): Promise<{ readonly timeout?: number; readonly heartbeat?: number }> => {
  const read = async (template: unknown, field: string) =>
    template === undefined ? undefined : secondsOf(evaluate, [template, field, scope], 1);
  const timeout = await read(TimeoutSeconds, 'TimeoutSeconds');
  const heartbeat = await read(HeartbeatSeconds, 'HeartbeatSeconds');
  if (timeout !== undefined && heartbeat !== undefined && heartbeat >= timeout) {
    const wrong = 'HeartbeatSeconds must be less than TimeoutSeconds.';
    throw queryError(`An error occurred ${scope.place()}. ${wrong}`, 'HeartbeatSeconds');
  }
  return { ...(timeout !== undefined && { timeout }), ...(heartbeat !== undefined && { heartbeat }) };
};

const secondsOf = async (evaluate: Evaluate, field: Parameters<Evaluate>, least: number): Promise<number> => {
  const value = await evaluateAs(evaluate, 'number', field);
  if (Number.isInteger(value) && value >= least && value <= 99_999_999) return value;
  const [, name, { place }] = field;
  const wrong = `The field '${name}' must be a whole number from ${least} to 99999999.`;
  throw queryError(`An error occurred ${place()}. ${wrong}`, name);
};
