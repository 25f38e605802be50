import { stepFailed, stepNotYet } from './states.ts';

/** Ends the way forward: the machine goes on with undoing. Lambda names an error by its `name`, which is what the machine catches. */
export const failedStep = (why: string, cause?: unknown): Error =>
  Object.assign(new Error(why, { cause }), { name: stepFailed });

/** Has the machine try the state again soon. */
export const notYet = (why: string, cause?: unknown): Error =>
  Object.assign(new Error(why, { cause }), { name: stepNotYet });
