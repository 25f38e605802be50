/** Why a state failed, as Retry and Catch see it. */
export interface Failure {
  readonly error: string;
  readonly cause?: string | undefined;
  /** A further name under which Retry and Catch know it. */
  readonly alias?: string;
  /** The field whose expression failed. */
  readonly location?: string;
}

/** A failure on its way to Retry and Catch. */
export class StateError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.cause ?? failure.error);
    this.name = 'StateError';
    this.failure = failure;
  }
}

/** The failure of an expression in a field. */
export const queryError = (cause: string, location: string): StateError =>
  new StateError({ error: 'States.QueryEvaluationError', cause, location });

/** Bytes of UTF-8 that an input, an output, a result or the variables of one Assign may have. */
export const payloadLimit = 262_144;

/** Bytes that all variables which a state sees may have together. */
export const variablesLimit = 10 * 1024 * 1024;

/** JSON of what passes between states. Errors: a `StateError` of `States.DataLimitExceeded` with the given cause. */
export const payloadText = (value: unknown, cause: string, limit = payloadLimit): string => {
  const text = JSON.stringify(value);
  // A character has three bytes at the most.
  if (text.length * 3 <= limit || Buffer.byteLength(text) <= limit) return text;
  throw new StateError({ error: 'States.DataLimitExceeded', cause });
};

/** What Step Functions says of a state, or of the service that a task calls, whose result is too large. */
export const tooLarge = (name: string): string =>
  `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;
