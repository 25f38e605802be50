/** Why the local AWS could not start; the message is one sentence that says what to do. */
export type LocalErrorCode =
  | 'PORT_IN_USE'
  | 'STATE_IN_USE'
  | 'STATE_UNUSABLE'
  | 'TEMPLATE_UNSUPPORTED'
  | 'DEPLOY_FAILED';

/** A failure to start, told by `code`: callers print the message and end with a non-zero exit code. */
export class LocalError extends Error {
  readonly code: LocalErrorCode;

  constructor(code: LocalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LocalError';
    this.code = code;
  }
}

/** The text of anything thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
