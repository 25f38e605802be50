import type { Operation } from '../operation/operation.ts';

/** For how many seconds an execution waits that does not know its round yet: no longer than until somebody else is to be asked. */
export const longestWait = ({ within, escalate }: NonNullable<Operation['approval']>): number =>
  Math.ceil(Math.min(within, escalate?.after ?? within) * 3600);
