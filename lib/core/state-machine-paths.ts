import type { Branch, State } from './state-machine.ts';

/** One way from a state to another; `waits` where no execution goes it without time passing or somebody outside answering. */
interface Way {
  readonly to: string;
  readonly waits: boolean;
}

/** The states to which a state can lead. */
export const targetsOf = (state: State): readonly string[] => waysFrom(state).map(({ to }) => to);

/** The states of a branch that an execution can come to, the first one included. */
export const reachedIn = ({ StartAt, States }: Branch): ReadonlySet<string> =>
  new Set([StartAt, ...reachableFrom(StartAt, States, () => true)]);

/** The states that can follow each other in a circle without an execution having to wait, one list for each circle. */
export const loopsWithoutWaiting = ({ States }: Branch): readonly (readonly string[])[] => {
  const names = Object.keys(States);
  const following = new Map(names.map((name) => [name, reachableFrom(name, States, ({ waits }) => !waits)]));
  const meet = (one: string, other: string) => following.get(one)?.has(other) && following.get(other)?.has(one);
  return names
    .filter((name, at) => meet(name, name) && !names.slice(0, at).some((earlier) => meet(earlier, name)))
    .map((name) => names.filter((other) => meet(name, other)));
};

const reachableFrom = (
  name: string,
  states: Branch['States'],
  along: (way: Way) => boolean,
  seen = new Set<string>(),
): ReadonlySet<string> => {
  const state = states[name];
  for (const { to } of state ? waysFrom(state).filter(along) : []) {
    if (seen.has(to)) continue;
    seen.add(to);
    reachableFrom(to, states, along, seen);
  }
  return seen;
};

const waysFrom = (state: State): readonly Way[] => {
  if (state.Type === 'Choice') {
    return [...state.Choices.map(({ Next }) => Next), state.Default].map((to) => ({ to, waits: false }));
  }
  const onward = 'Next' in state && state.Next !== undefined ? [{ to: state.Next, waits: isLeftLater(state) }] : [];
  const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
  return [...onward, ...catchers.map(({ ErrorEquals, Next }) => ({ to: Next, waits: ErrorEquals.every(isLateness) }))];
};

/** Whether a state's Next is gone only after time, or after the token came back. What it catches may come at once. */
const isLeftLater = (state: State): boolean =>
  (state.Type === 'Wait' && state.Seconds !== 0) ||
  (state.Type === 'Task' && state.Resource.endsWith('.waitForTaskToken'));

/** The shortest timeout is a second. */
const isLateness = (error: string): boolean => error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
