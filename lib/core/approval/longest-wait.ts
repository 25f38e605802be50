import type { Operation } from '../operation/operation.ts';

/** The longest that an execution waits at a time, in seconds: 30 days. Step Functions has a limit of its own beyond that. */
export const atMost = 30 * 86_400;

/** For how many seconds an execution waits that does not know its round yet: no longer than until somebody else is to be asked. */
export const longestWait = ({ within, escalate }: NonNullable<Operation['approval']>): number =>
  Math.min(atMost, Math.ceil(Math.min(within, escalate?.after ?? within) * 3600));
