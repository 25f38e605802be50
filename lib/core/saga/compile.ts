import type { Branch, Catcher, ChoiceRule, State, StateMachine, TaskState, Template } from '../state-machine.ts';
import {
  type Binding,
  type CallStep,
  callsOf,
  isUndoable,
  isWrite,
  type Saga,
  type SagaStep,
  undoName,
} from './saga.ts';
import {
  afterName,
  awaitName,
  everything,
  invoke,
  isNext,
  laterName,
  lostName,
  parked,
  pause,
  pauseName,
  payload,
  stepNotYet,
  turn,
} from './states.ts';
import { ending, undoing } from './undoing.ts';

/**
 * Compiles a saga to the Amazon States Language. States carry nothing but what is next: values travel by the operations of
 * the steps, and the arguments of a step are a template that its function fills from them. So neither the size of an
 * answer, nor what is sensitive in it, nor a field that is missing matters to the machine.
 */
export function compile(saga: Saga, bind: Binding): StateMachine {
  const calls = callsOf(saga.steps);
  const targets = undoTargets(saga.steps);
  const forward = sequence(saga.steps, 'Commit', { bind, targets });
  const writes = undone(calls);
  const last = writes.map(({ name }) => undoName(name)).at(-1) ?? 'Ended';
  return {
    Comment: `${saga.summary} Input: operationId.`,
    QueryLanguage: 'JSONata',
    StartAt: 'Begin',
    States: {
      Begin: {
        ...turn({ do: 'begin', plan: calls.map((step) => planned(step, { bind, targets })) }),
        Catch: [{ ErrorEquals: everything, Next: 'Pause_Begin' }],
        Output: payload,
        Next: 'Where',
      },
      Pause_Begin: pause('Begin'),
      // Whoever takes the place of another execution, or was woken by a person, may have to go on undoing.
      Where: {
        Type: 'Choice',
        Choices: [
          { Condition: isNext('done'), Next: 'Done' },
          { Condition: '{% $exists($states.input.failed) %}', Next: 'Back' },
        ],
        Default: forward.first,
      },
      // The saga says where its way forward ended: this execution may not have come so far itself. For a step that another
      // version of the saga had, everything is undone that there may be.
      Back: {
        Type: 'Choice',
        Choices: [...targets].map(([name, target]) => ({
          Condition: `{% $states.input.failed = '${name}' %}`,
          Next: target,
        })),
        Default: last,
      },
      ...forward.states,
      ...undoing(writes, { bind, following: forward.following }),
      Commit: {
        ...turn({ do: 'commit', result: saga.result }),
        Catch: [{ ErrorEquals: everything, Next: 'Pause_Commit' }],
        Output: payload,
        Next: 'After_Commit',
      },
      After_Commit: { Type: 'Choice', Choices: [failure], Default: 'Done' },
      Pause_Commit: pause('Commit'),
      ...ending,
      Done: { Type: 'Succeed' },
    },
  };
}

type States = Record<string, State>;

interface Compiling {
  readonly bind: Binding;
  /** Where undoing begins if a step fails, by its name. */
  readonly targets: ReadonlyMap<string, string>;
}

/** The writes up to the first one that nothing undoes, in the order in which they are done. */
function undone(calls: readonly CallStep[]): CallStep[] {
  const last = calls.findIndex((step) => isWrite(step) && !isUndoable(step));
  return calls.slice(0, last === -1 ? undefined : last + 1).filter(isWrite);
}

function undoTargets(steps: readonly SagaStep[]): Map<string, string> {
  const undoable = new Set(undone(callsOf(steps)));
  const targets = new Map<string, string>();
  let target = 'Ended';
  const visit = (step: SagaStep): void => {
    if (step.kind === 'call' && isWrite(step)) target = undoable.has(step) ? undoName(step.name) : 'Ended';
    targets.set(step.name, target);
    if (step.kind === 'reads') for (const { name } of step.calls) targets.set(name, target);
    if (step.kind === 'choice') step.steps.forEach(visit);
  };
  steps.forEach(visit);
  return targets;
}

interface Sequence {
  readonly first: string;
  readonly states: States;
  /** What comes after each step, by its name. */
  readonly following: ReadonlyMap<string, string>;
}

function sequence(steps: readonly SagaStep[], next: string, on: Compiling): Sequence {
  let first = next;
  let states: States = {};
  const following = new Map<string, string>();
  for (const step of steps.toReversed()) {
    following.set(step.name, first);
    const inner = step.kind === 'choice' ? sequence(step.steps, first, on) : undefined;
    for (const [name, after] of inner?.following ?? []) following.set(name, after);
    states = { ...forward(step, { next: first, inner: inner?.first }, on), ...inner?.states, ...states };
    first = step.name;
  }
  return { first, states, following };
}

function forward(
  step: SagaStep,
  { next, inner }: { readonly next: string; readonly inner: string | undefined },
  on: Compiling,
): States {
  const { name } = step;
  switch (step.kind) {
    case 'call':
      return isWrite(step) ? write(step, next, on) : read(step, next, on);
    case 'reads':
      return {
        [name]: {
          Type: 'Parallel',
          Branches: step.calls.map((call) => branch(call, on)),
          Catch: caught(name),
          Output:
            "{% { 'next': 'failed' in $states.result.next ? 'failed' : 'done', 'failed': ($states.result.failed)[0] } %}",
          Next: afterName(name),
        },
        [afterName(name)]: { Type: 'Choice', Choices: [failure], Default: next },
        [pauseName(name)]: pause(name),
      };
    case 'choice':
      return {
        [name]: {
          ...turn({ do: 'test', step: name, left: step.left, is: step.is, right: step.right }),
          Catch: caught(name),
          Output: payload,
          Next: `Choose_${name}`,
        },
        [`Choose_${name}`]: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.input.answer %}', Next: inner ?? next }],
          Default: next,
        },
        [pauseName(name)]: pause(name),
      };
    case 'refuse':
      return {
        [name]: {
          ...turn({ do: 'refuse', step: name, code: step.code, detail: step.detail }),
          Catch: caught(name),
          Output: payload,
          Next: 'Back',
        },
        [pauseName(name)]: pause(name),
      };
    case 'wait':
      return { [name]: { Type: 'Wait', Seconds: step.seconds, Next: next } };
  }
}

/** One of several reads. What its function could not tell is asked again with the others. */
const branch = (call: CallStep, on: Compiling): Branch => ({
  StartAt: call.name,
  States: {
    [call.name]: {
      ...called(call, on),
      Catch: [{ ErrorEquals: everything, Next: lostName(call.name) }],
      Output: payload,
      End: true,
    },
    [lostName(call.name)]: { Type: 'Fail', Error: stepNotYet, Cause: `${call.name} got no answer` },
  },
});

const read = (step: CallStep, next: string, on: Compiling): States => ({
  [step.name]: { ...called(step, on), Catch: caught(step.name), Output: payload, Next: afterName(step.name) },
  [afterName(step.name)]: { Type: 'Choice', Choices: [failure], Default: next },
  [pauseName(step.name)]: pause(step.name),
});

/** A write that has to wait, for people, for its system or for certainty, is parked: its operation holds the token. */
function write(step: CallStep, next: string, on: Compiling): States {
  const { name } = step;
  const { function: served } = on.bind(step.contract);
  return {
    [name]: { ...called(step, on), Catch: caught(name), Output: payload, Next: afterName(name) },
    [afterName(name)]: {
      Type: 'Choice',
      Choices: [
        { Condition: isNext('wait'), Next: awaitName(name) },
        failure,
        ...(step.patience ? [{ Condition: isNext('later'), Next: laterName(name) }] : []),
      ],
      Default: next,
    },
    ...(step.patience && { [laterName(name)]: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: name } }),
    [awaitName(name)]: parked(served, name, name),
    [pauseName(name)]: pause(name),
  };
}

function called({ name, contract, input, patience, approval }: CallStep, { bind }: Compiling): TaskState {
  const { tool, function: served } = bind(contract);
  const asks = approval || undefined;
  return invoke(served, { do: 'step', step: name, tool, input, asks, patience: patience && { ...patience } });
}

/** What a person sees of a saga before it has come to a step, and what is undone with what. */
function planned(step: CallStep, { bind, targets }: Compiling): Template {
  const { name, contract } = step;
  const isUndone = isUndoable(step) && targets.get(name) === undoName(name);
  const undo = isUndone && contract.undoneBy ? bind(contract.undoneBy.contract).tool : undefined;
  return { step: name, tool: bind(contract).tool, write: isWrite(step), ...(undo !== undefined && { undo }) };
}

/** The end of the way forward: undoing begins, at the step that the function names. */
const failure: ChoiceRule = { Condition: isNext('failed'), Next: 'Back' };

/** After an error of the function itself nothing is known: the state is tried again. */
const caught = (name: string): readonly Catcher[] => [{ ErrorEquals: everything, Next: pauseName(name) }];
