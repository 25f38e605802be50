import { calledAgain, invocationErrors } from '../function-errors.ts';
import type { Catcher, Retrier, TaskState, Template, WaitState } from '../state-machine.ts';

/** Placeholder of the function that begins and ends sagas. */
export const turnsFunction = 'SagaTurns';

/** What a step throws that may be tried again soon. */
export const stepNotYet = 'StepNotYet';

// Above the function's own, so that what times out has surely ended.
const timeout = 75;

/** Errors that say nothing about what is to be done: it is only not done yet. */
export const passing = [stepNotYet, ...invocationErrors, 'States.Timeout'];
/** What somebody is at work on is free again after seconds or minutes, and each try may be one of the few sends that an operation has. */
const triedLater: Retrier = {
  ErrorEquals: [stepNotYet],
  IntervalSeconds: 5,
  MaxAttempts: 5,
  BackoffRate: 3,
  MaxDelaySeconds: 600,
  JitterStrategy: 'FULL',
};
/** Every error. */
export const everything = ['States.ALL'];
/** What the function answered. */
export const payload = '{% $states.result.Payload %}';
const saga = '{% $states.context.Execution.Input.operationId %}';

/** Calls a function for the saga of this execution. */
export function invoke(served: string, does: Readonly<Record<string, Template | undefined>>): TaskState {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: placeholder(served), Payload: given({ ...does, saga }) },
    TimeoutSeconds: timeout,
    Retry: [triedLater, { ErrorEquals: [...invocationErrors, 'States.Timeout'], ...calledAgain }],
  };
}

/** Hands a function a token, and waits until it comes back. */
export function waiting(served: string, does: Readonly<Record<string, Template>>): TaskState {
  const token = '{% $states.context.Task.Token %}';
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: { FunctionName: placeholder(served), Payload: { ...does, saga, token } },
    Retry: [{ ErrorEquals: invocationErrors, ...calledAgain }],
  };
}

/** Waits until the operation of a step has come to rest, or it is time to look. Waking carries no authority: the state itself looks again. */
export const parked = (served: string, name: string, step: string): TaskState => ({
  ...waiting(served, { do: 'await', step, undoing: name !== step }),
  TimeoutSeconds: '{% $states.input.seconds %}',
  Catch: late(name, pauseName(name)),
  Output: {},
  Next: name,
});

/** A wait that is over leads on; another failure of it, back after a pause. */
export const late = (next: string, pause: string): readonly Catcher[] => [
  { ErrorEquals: ['States.Timeout'], Next: next },
  { ErrorEquals: everything, Next: pause },
];

/** Calls the function that begins and ends sagas. */
export const turn = (does: Readonly<Record<string, Template | undefined>>): TaskState => invoke(turnsFunction, does);

/** Something is out of order: a while later it is tried again. */
export const pause = (next: string): WaitState => ({ Type: 'Wait', Seconds: 300, Next: next });

const given = (fields: Readonly<Record<string, Template | undefined>>): Record<string, Template> =>
  Object.fromEntries(Object.entries(fields).filter((field): field is [string, Template] => field[1] !== undefined));

/** Whether that is what the function answered. */
export const isNext = (next: string): string => `{% $states.input.next = '${next}' %}`;
const placeholder = (name: string): string => `\${${name}}`;
/** Names of the states that are made for a step. */
export const afterName = (name: string): string => `After_${name}`;
/** Where it is parked. */
export const awaitName = (name: string): string => `Await_${name}`;
/** Where it waits until it is time to try again. */
export const laterName = (name: string): string => `Later_${name}`;
/** Where one of several reads ends that got no answer. */
export const lostName = (name: string): string => `Lost_${name}`;
/** Where it waits after something went wrong. */
export const pauseName = (name: string): string => `Pause_${name}`;

/** Whether a name belongs to a state that every saga has, or to one that is made for a step. */
export const isReserved = (name: string): boolean =>
  /^(Begin|Where|Back|Commit|Ended|Done|Await_person)$|^(Undo|After|Await|Pause|Later|Lost|Choose)_/.test(name);
