import { CountersignError } from '../../lib/core/errors.ts';

/** Refuses a change that was decided on another version than the current one. Throws `STALE_STATE` with the current values. */
export function expectVersion(expected: string | undefined, current: { readonly version: string }): void {
  if (expected !== undefined && expected !== current.version)
    throw new CountersignError('STALE_STATE', 'The record has changed since the version that was named.', {
      facts: { current },
    });
}
