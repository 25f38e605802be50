import type { State } from './definition.ts';
import { type Evaluate, evaluateAs, type Scope } from './expression.ts';
import { argumentsOf, failureOf, limitsOf, wakingTime } from './field-values.ts';
import { outcomeOf, type Place, scopeOf } from './place.ts';
import { isNamed, nextRetry } from './retry.ts';
import { type Failure, payloadText, StateError, tooLarge, variablesLimit } from './state-error.ts';

/** What a thread does next, fully computed: taking it is one transaction. `output`, `input` and `arguments` are JSON, limits seconds. */
export type Step = (
  | {
      readonly kind: 'leave';
      readonly to?: string;
      readonly output: string;
      readonly assigned?: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'wait'; readonly until: number }
  | {
      readonly kind: 'schedule';
      readonly arguments: string;
      readonly token?: string;
      readonly timeout?: number;
      readonly heartbeat?: number;
    }
  | { readonly kind: 'fork'; readonly input: string }
  | { readonly kind: 'retry'; readonly retrier: number; readonly delayMs: number }
  | { readonly kind: 'fail'; readonly failure: Failure }
) & {
  /** A failure that arose in computing this step, and that the step answers. */
  readonly arisen?: Failure;
};

/** What steps are computed with. */
export interface StepTools {
  readonly evaluate: Evaluate;
  readonly now: () => number;
  readonly random: () => number;
  readonly newToken: () => string;
}

/** Computes the next step of a thread that is `entered` or `settled`. */
export const nextStep = async (place: Place, tools: StepTools): Promise<Step> => {
  const known = place.thread.phase === 'settled' ? outcomeOf(place) : undefined;
  if (known && 'failure' in known) return handle(place, known.failure, tools);
  try {
    return known ? await resume(place, known.result, tools) : await enter(place, tools);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { ...(await handle(place, error.failure, tools)), arisen: error.failure };
  }
};

const enter = async (place: Place, tools: StepTools): Promise<Step> => {
  const { state, thread } = place;
  const scope = scopeOf(place);
  const unchanged = { fallback: JSON.parse(thread.input), tools };
  switch (state.Type) {
    case 'Pass':
    case 'Succeed':
      return leave(state, scope, unchanged);
    case 'Fail':
      throw new StateError(await failureOf(state, scope, tools.evaluate));
    case 'Choice':
      return choose(state, scope, unchanged);
    case 'Wait':
      return { kind: 'wait', until: await wakingTime(state, scope, tools) };
    case 'Parallel':
      return { kind: 'fork', input: await argumentsOf(place, scope, tools.evaluate) };
    case 'Task':
      return schedule(place, state, tools);
  }
};

/** Leaves a state whose task, branches or waiting ended well. */
const resume = (place: Place, result: unknown, tools: StepTools): Promise<Step> => {
  const { state, thread } = place;
  if (state.Type === 'Wait') return leave(state, scopeOf(place), { fallback: JSON.parse(thread.input), tools });
  const exit: Exit = state.Type === 'Fail' ? {} : state;
  return leave(exit, scopeOf(place, { result }), { fallback: result, tools });
};

interface Exit {
  readonly Output?: unknown;
  readonly Assign?: Readonly<Record<string, unknown>> | undefined;
  readonly Next?: string | undefined;
}

interface Leaving {
  /** The output where the field Output gives none. */
  readonly fallback: unknown;
  readonly tools: StepTools;
  readonly field?: string;
}

const leave = async (exit: Exit, scope: Scope, { fallback, tools, field = '' }: Leaving): Promise<Step> => {
  const { Output, Assign, Next } = exit;
  // Both read the variables as they were on entry. Source: "Passing data between states with variables".
  const [output, assigned] = await Promise.all([
    Output === undefined ? fallback : tools.evaluate(Output, `${field}Output`, scope),
    Assign && tools.evaluate(Assign, `${field}Assign`, scope),
  ]);
  if (assigned !== undefined) checkVariables(scope, Object(assigned));
  return {
    kind: 'leave',
    output: payloadText(output, tooLarge(scope.state)),
    ...(assigned !== undefined && { assigned: Object(assigned) }),
    ...(Next !== undefined && { to: Next }),
  };
};

const checkVariables = ({ state, variables }: Scope, assigned: object): void => {
  payloadText(assigned, `The field Assign of '${state}' is too large.`);
  payloadText({ ...variables, ...assigned }, `With those of '${state}' all variables are too large.`, variablesLimit);
};

const choose = async (state: State & { Type: 'Choice' }, scope: Scope, leaving: Leaving): Promise<Step> => {
  for (const [at, rule] of state.Choices.entries()) {
    const field = `Choices[${at}]/`;
    const holds = await evaluateAs(leaving.tools.evaluate, 'boolean', [rule.Condition, `${field}Condition`, scope]);
    // A rule that matches leaves the state's own Assign and Output alone. Source: "Choice workflow state".
    if (holds) return leave(rule, scope, { ...leaving, field });
  }
  if (state.Default !== undefined) return leave({ ...state, Next: state.Default }, scope, leaving);
  const cause = `An error occurred ${scope.place()}. No rule holds, and there is no Default.`;
  throw new StateError({ error: 'States.NoChoiceMatched', cause });
};

const schedule = async (place: Place, state: State & { Type: 'Task' }, tools: StepTools): Promise<Step> => {
  // Every attempt has a token of its own.
  const token = state.Resource.endsWith('.waitForTaskToken') ? { token: tools.newToken() } : {};
  const scope = scopeOf(place, token);
  const limits = await limitsOf(state, scope, tools.evaluate);
  return { kind: 'schedule', arguments: await argumentsOf(place, scope, tools.evaluate), ...token, ...limits };
};

/** Retry first, then Catch, then the failure is that of the whole thread. */
const handle = async (place: Place, failure: Failure, tools: StepTools): Promise<Step> => {
  const { state, thread } = place;
  if (state.Type !== 'Task' && state.Type !== 'Parallel') return { kind: 'fail', failure };
  const retry = nextRetry(state.Retry, thread.retries, failure, tools.random);
  if (retry) return { kind: 'retry', ...retry };
  const at = state.Catch.findIndex(({ ErrorEquals }) => isNamed(ErrorEquals, failure));
  const catcher = state.Catch[at];
  if (!catcher) return { kind: 'fail', failure };
  const errorOutput = { Error: failure.error || null, Cause: failure.cause ?? null };
  try {
    const scope = scopeOf(place, { errorOutput });
    return await leave(catcher, scope, { fallback: errorOutput, tools, field: `Catch[${at}]/` });
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { kind: 'fail', failure: error.failure, arisen: error.failure };
  }
};
