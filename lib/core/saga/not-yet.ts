import { stepNotYet } from './states.ts';

/** Has the machine try the state again soon. Lambda names an error by its `name`, which is what the machine looks at. */
export const notYet = (why: string, cause?: unknown): Error =>
  Object.assign(new Error(why, { cause }), { name: stepNotYet });
