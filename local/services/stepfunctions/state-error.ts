/** Why a state failed, as Retry and Catch see it. */
export interface Failure {
  readonly error: string;
  readonly cause?: string | undefined;
  /** A further name under which Retry and Catch know it. */
  readonly alias?: string;
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

/** The failure of an expression. */
export const queryError = (cause: string): StateError =>
  new StateError({ error: 'States.QueryEvaluationError', cause });

/** Bytes of UTF-8 that an input, an output, a result or the variables of one Assign may have. */
export const payloadLimit = 262_144;

/** JSON of what passes between states. Errors: a `StateError` of `States.DataLimitExceeded`, naming `what`. */
export const payloadText = (value: unknown, what: string): string => {
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) <= payloadLimit) return text;
  const cause = `${what} has more bytes than the limit of ${payloadLimit}.`;
  throw new StateError({ error: 'States.DataLimitExceeded', cause });
};
