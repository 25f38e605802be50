import { createHash } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so that a person can read it out. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The marker of an operation inside the document that it creates. Its first character stands for the deployment's
 * stage: documents of a sandbox that was copied from production do not match.
 */
export function referenceOf(operationId: string, { stage, maxLength }: { stage: string; maxLength: number }): string {
  const hash = createHash('sha256').update(operationId).digest();
  const characters = [...hash].map((byte) => alphabet.charAt(byte & 31)).join('');
  return `${stage.charAt(0).toUpperCase()}${characters}`.slice(0, Math.min(maxLength, 20));
}
