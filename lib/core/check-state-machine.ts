import type { Branch, Catcher, ParallelState, Retrier, State, StateMachine, TaskState } from './state-machine.ts';
import { loopsWithoutWaiting, reachedIn, targetsOf } from './state-machine-paths.ts';

/** What makes a machine lose work, wait forever, spin or leak a token, or is more than AWS takes: one sentence each, none if it is sound. */
export function problemsOfMachine(machine: StateMachine): string[] {
  const names = namesIn(machine);
  return [
    ...problemsOfBranch(machine, { catches: false, assigned: new Set() }),
    ...names.filter((name, at) => names.indexOf(name) < at).map((name) => `${name}: is the name of two states`),
    ...(bytesOf(machine) > largestDefinition ? [`the definition has more than ${largestDefinition} bytes`] : []),
  ];
}

// Source: "Step Functions service quotas".
const largestDefinition = 1_048_576;
const largestPayload = 262_144;
const longestName = 80;

/** What is around a branch. */
interface Around {
  /** Whether a Parallel state catches every failure that leaves the branch. */
  readonly catches: boolean;
  /** The variables that are assigned outside of it. */
  readonly assigned: ReadonlySet<string>;
}

function problemsOfBranch(branch: Branch, around: Around): string[] {
  const states = Object.entries(branch.States);
  const targets = [branch.StartAt, ...states.flatMap(([, state]) => targetsOf(state))];
  const reached = reachedIn(branch);
  const assigned = [...new Set(states.flatMap(([, state]) => assignedBy(state)))];
  const visible = new Set([...around.assigned, ...assigned]);
  return [
    ...targets.filter((name) => !Object.hasOwn(branch.States, name)).map((name) => `${name}: there is no such state`),
    ...states.filter(([name]) => !reached.has(name)).map(([name]) => `${name}: nothing leads there`),
    ...loopsWithoutWaiting(branch).map((names) => `${names.join(', ')}: can go round without ever waiting`),
    ...assigned
      .filter((name) => around.assigned.has(name))
      .map((name) => `$${name}: is assigned around its branch too`),
    ...states.flatMap(([name, state]) => problemsOf(name, state, around).map((problem) => `${name}: ${problem}`)),
    ...states.flatMap(([, state]) => {
      if (state.Type !== 'Parallel') return [];
      const catches = around.catches || catchesAll(state);
      return state.Branches.flatMap((inner) => problemsOfBranch(inner, { catches, assigned: visible }));
    }),
  ];
}

type Finding = readonly [wrong: boolean, problem: string];

function problemsOf(name: string, state: State, { catches }: Around): string[] {
  // The states inside have their own findings.
  const alone = state.Type === 'Parallel' ? { ...state, Branches: [] } : state;
  const canFail = state.Type === 'Task' || state.Type === 'Parallel';
  const found: readonly Finding[] = [
    [name.length > longestName, `its name has more than ${longestName} characters`],
    [bytesOf(alone) > largestPayload, `has more than ${largestPayload} bytes`],
    ...(alone.Type === 'Task' ? findingsOfTask(alone) : [[mentionsToken(alone), ofItsTaskAlone] as const]),
    [state.Type === 'Parallel' && state.Branches.length === 0, 'has no branches'],
    [retriersOf(state).some(({ JitterStrategy }) => JitterStrategy !== 'FULL'), 'tries again without full jitter'],
    [canFail && !catches && !catchesAll(state), 'does not catch every failure'],
    [hasWrongEnd(state), 'goes on by Next or ends by End, one of them'],
  ];
  return found.filter(([wrong]) => wrong).map(([, problem]) => problem);
}

function findingsOfTask({ Arguments, ...rest }: TaskState): readonly Finding[] {
  const { Resource, TimeoutSeconds, HeartbeatSeconds: heartbeat, Retry = [] } = rest;
  const waits = Resource.endsWith('.waitForTaskToken');
  return [
    [TimeoutSeconds === undefined, 'has no timeout'],
    [typeof heartbeat === 'number' && !(heartbeat < Number(TimeoutSeconds)), 'its heartbeat comes too late'],
    [Retry.length === 0, 'tries nothing again'],
    [waits && !mentionsToken(Arguments), 'waits for a token that it hands to nobody'],
    [!waits && mentionsToken(Arguments), 'has no token to hand out'],
    [mentionsToken(rest), ofItsTaskAlone],
  ];
}

const ofItsTaskAlone = 'a token is known to its task alone';

const mentionsToken = (value: unknown): boolean => JSON.stringify(value).includes('$states.context.Task.Token');

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

const retriersOf = (state: State): readonly Retrier[] => ('Retry' in state ? (state.Retry ?? []) : []);

const catchersOf = (state: State): readonly Catcher[] => ('Catch' in state ? (state.Catch ?? []) : []);

const catchesAll = (state: State): boolean => catchersOf(state).at(-1)?.ErrorEquals.includes('States.ALL') ?? false;

/** Choice, Succeed and Fail say otherwise where they lead. */
const hasWrongEnd = (state: State): boolean =>
  !['Choice', 'Succeed', 'Fail'].includes(state.Type) &&
  (!('Next' in state) || state.Next === undefined) === (!('End' in state) || state.End === undefined);

const namesIn = ({ States }: Branch): readonly string[] => [
  ...Object.keys(States),
  ...Object.values(States)
    .filter((state): state is ParallelState => state.Type === 'Parallel')
    .flatMap(({ Branches }) => Branches.flatMap(namesIn)),
];

/** The variables that a state may set in its own branch. */
const assignedBy = (state: State): readonly string[] =>
  [state, ...('Choices' in state ? state.Choices : []), ...catchersOf(state)].flatMap((exit) =>
    'Assign' in exit ? Object.keys(exit.Assign ?? {}) : [],
  );
