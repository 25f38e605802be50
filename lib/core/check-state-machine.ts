import type { State, StateMachine, TaskState } from './state-machine.ts';

/** What makes a machine lose work, wait forever or leak a token: one sentence each, none if it is sound. */
export function problemsOfMachine({ StartAt, States }: StateMachine): string[] {
  const states = Object.entries(States);
  const reached = reachableFrom(StartAt, States);
  const targets = [StartAt, ...states.flatMap(([, state]) => targetsOf(state))];
  return [
    ...targets.filter((name) => !Object.hasOwn(States, name)).map((name) => `${name}: there is no such state`),
    ...states.filter(([name]) => !reached.has(name)).map(([name]) => `${name}: nothing leads there`),
    ...states.flatMap(([name, state]) => problemsOf(state).map((problem) => `${name}: ${problem}`)),
  ];
}

const tokenOfTask = '$states.context.Task.Token';

function problemsOf(state: State): string[] {
  if (state.Type === 'Task') return problemsOfTask(state);
  if (state.Type === 'Wait' && (state.Next === undefined) === (state.End === undefined)) return [neitherNorBoth];
  return mentionsToken(state) ? ['a token is known to its task alone'] : [];
}

const neitherNorBoth = 'goes on by Next or ends by End, one of them';

function problemsOfTask(task: TaskState): string[] {
  const { Resource, Arguments, TimeoutSeconds, HeartbeatSeconds, Retry = [], Catch = [] } = task;
  const waits = Resource.endsWith('.waitForTaskToken');
  const { Arguments: _, ...rest } = task;
  const found: readonly (readonly [wrong: boolean, problem: string])[] = [
    [TimeoutSeconds === undefined, 'has no timeout'],
    [
      typeof HeartbeatSeconds === 'number' && !(HeartbeatSeconds < Number(TimeoutSeconds)),
      'its heartbeat comes too late',
    ],
    [Retry.length === 0, 'tries nothing again'],
    [Retry.some(({ JitterStrategy }) => JitterStrategy !== 'FULL'), 'tries again without full jitter'],
    [!Catch.at(-1)?.ErrorEquals.includes('States.ALL'), 'does not catch every failure'],
    [
      waits !== mentionsToken(Arguments),
      waits ? 'waits for a token that it hands to nobody' : 'has no token to hand out',
    ],
    [mentionsToken(rest), 'a token is known to its task alone'],
    [(task.Next === undefined) === (task.End === undefined), neitherNorBoth],
  ];
  return found.filter(([wrong]) => wrong).map(([, problem]) => problem);
}

const mentionsToken = (value: unknown): boolean => JSON.stringify(value).includes(tokenOfTask);

function targetsOf(state: State): string[] {
  if (state.Type === 'Choice') return [...state.Choices.map(({ Next }) => Next), state.Default];
  const caught = state.Type === 'Task' ? (state.Catch ?? []).map(({ Next }) => Next) : [];
  return 'Next' in state && state.Next !== undefined ? [state.Next, ...caught] : caught;
}

function reachableFrom(name: string, states: StateMachine['States'], seen = new Set<string>()): Set<string> {
  const state = states[name];
  if (!state || seen.has(name)) return seen;
  seen.add(name);
  for (const target of targetsOf(state)) reachableFrom(target, states, seen);
  return seen;
}
