import type { Retrier, State } from '../state-machine.ts';
import { type Binding, type CallStep, isUndoable, undoName } from './saga.ts';
import {
  afterName,
  awaitName,
  everything,
  invoke,
  isNext,
  late,
  laterName,
  parked,
  passing,
  pause,
  pauseName,
  payload,
  turn,
  turnsFunction,
  waiting,
} from './states.ts';

type States = Record<string, State>;

/** The order of undoing is kept for as long as a function may only be in trouble: about half an hour. What keeps failing keeps nothing else from being undone. */
const failing: Retrier = {
  ErrorEquals: everything,
  IntervalSeconds: 5,
  MaxAttempts: 16,
  BackoffRate: 2,
  MaxDelaySeconds: 300,
  JitterStrategy: 'FULL',
};

/** The writes in reverse order. What cannot be undone does not keep the rest from being undone: the end tells what is left. */
export function undoing(
  steps: readonly CallStep[],
  { bind, following }: { readonly bind: Binding; readonly following: ReadonlyMap<string, string> },
): States {
  const states = steps.map((step, at): States => {
    const name = undoName(step.name);
    const earlier = steps[at - 1];
    const next = earlier ? undoName(earlier.name) : 'Ended';
    const { tool, function: served } = bind(step.contract);
    const undo = isUndoable(step) && step.contract.undoneBy ? bind(step.contract.undoneBy.contract).tool : undefined;
    // What nothing undoes may turn out to have been done all the same: then the saga goes on.
    const forward = { Condition: isNext('forward'), Next: laterName(name) };
    // Or it may have been: what was done before it stays until people know.
    const stop = { Condition: isNext('stop'), Next: 'Ended' };
    const tried = invoke(served, { do: 'undo', step: step.name, tool, undo });
    return {
      [name]: {
        ...tried,
        Retry: [...(tried.Retry ?? []), failing],
        Catch: [
          { ErrorEquals: passing, Next: pauseName(name) },
          { ErrorEquals: everything, Next: undo === undefined ? 'Ended' : next },
        ],
        Output: payload,
        Next: afterName(name),
      },
      [afterName(name)]: {
        Type: 'Choice',
        Choices: [{ Condition: isNext('wait'), Next: awaitName(name) }, ...(undo === undefined ? [forward, stop] : [])],
        Default: next,
      },
      [awaitName(name)]: parked(served, name, step.name),
      ...(undo === undefined && { [laterName(name)]: onward(following.get(step.name) ?? 'Commit') }),
      [pauseName(name)]: pause(name),
    };
  });
  return Object.assign({}, ...states.toReversed());
}

/** There and back again takes time: no machine may spin. */
const onward = (next: string): State => ({ Type: 'Wait', Seconds: 1, Next: next });

/** Looks at what is left, and waits for a person where anything is. From time to time it tries again by itself. */
export const ending: States = {
  Ended: {
    ...turn({ do: 'end' }),
    Catch: [{ ErrorEquals: everything, Next: 'Pause_Ended' }],
    Output: payload,
    Next: 'After_Ended',
  },
  After_Ended: {
    Type: 'Choice',
    Choices: [{ Condition: isNext('done'), Next: 'Done' }],
    Default: 'Await_person',
  },
  Await_person: {
    ...waiting(turnsFunction, { do: 'await' }),
    TimeoutSeconds: 6 * 3600,
    Catch: late('Begin', 'Pause_Begin'),
    Output: {},
    Next: 'Begin',
  },
  Pause_Ended: pause('Ended'),
};
