import type { Branch, Machine, State } from './definition.ts';
import type { Scope } from './expression.ts';
import type { Failure } from './state-error.ts';
import type { Execution, Path, Store, Thread } from './store.ts';

/** How a task or the branches of a state ended. */
export type Outcome = { readonly result: unknown } | { readonly failure: Failure };

/** A thread with everything that its next step depends on. */
export interface Place {
  readonly execution: Execution;
  readonly thread: Thread;
  readonly state: State;
  /** The number of the event with which the thread entered its state. */
  enteredAt(): number;
}

/** Finds a thread's place; nothing once it has ended. */
export const findPlace = (store: Store, definitions: (digest: string) => Machine, id: number): Place | undefined => {
  const thread = store.threads.find(id);
  const execution = thread && store.executions.find(thread.execution);
  if (!thread || !execution) return undefined;
  const state = stateAt(definitions(execution.digest), thread.path, thread.state);
  // Names are unique in a machine: the last time that the state was entered was by this thread.
  const enteredAt = () => store.events.lastOf(execution.arn, `${state.Type}StateEntered`, thread.state);
  return { thread, execution, state, enteredAt };
};

/** How a settled thread's task, branches or waiting ended. */
export const outcomeOf = ({ thread }: Place): Outcome => JSON.parse(thread.outcome ?? '{"result":null}');

const stateAt = (machine: Branch, path: Path, name: string): State => {
  const state = branchAt(machine, path).States[name];
  if (!state) throw new Error(`there is no state ${name}`);
  return state;
};

/** The machine that a path leads to. */
export const branchAt = (machine: Branch, path: Path): Branch =>
  path.reduce((around: Branch, [name, branch]) => {
    const state = around.States[name];
    const inner = state?.Type === 'Parallel' ? state.Branches[branch] : undefined;
    if (!inner) throw new Error(`${name} has no branch ${branch}`);
    return inner;
  }, machine);

/** What a thread's expressions read; `offered` is there in some fields only. */
export const scopeOf = (
  { execution, thread, state, enteredAt }: Place,
  offered: { readonly result?: unknown; readonly errorOutput?: object; readonly token?: string } = {},
): Scope => {
  const { token = thread.token, ...results } = offered;
  const context = {
    Execution: {
      Id: execution.arn,
      Input: JSON.parse(execution.input),
      Name: execution.name,
      RoleArn: execution.roleArn,
      StartTime: timestamp(execution.started),
      RedriveCount: 0,
    },
    State: {
      EnteredTime: timestamp(thread.entered),
      Name: thread.state,
      ...('Retry' in state && { RetryCount: thread.retries.reduce((sum, one) => sum + one, 0) }),
    },
    StateMachine: { Id: execution.machineArn, Name: execution.machineArn.split(':').at(-1) },
    ...(token !== undefined && { Task: { Token: token } }),
  };
  const place = () => `while executing the state '${thread.state}' (entered at the event id #${enteredAt()})`;
  return {
    place,
    state: thread.state,
    states: { input: JSON.parse(thread.input), context, ...results },
    variables: thread.variables,
  };
};

/** ISO 8601 as Step Functions writes it: without the zeros at the end of the fraction. */
const timestamp = (at: number): string => {
  const text = new Date(at).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text.replace(/0+Z$/, 'Z');
};
