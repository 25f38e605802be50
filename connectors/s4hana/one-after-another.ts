import { CountersignError } from '../../lib/core/errors.ts';
import { mapError } from './map-error.ts';

/**
 * Sends the requests of one change that the service takes one by one. Once one of them may have taken effect, the failure
 * of another no longer means that the change had none: what became of it has to be looked up.
 */
export async function oneAfterAnother<T>(parts: readonly T[], send: (part: T) => Promise<unknown>): Promise<void> {
  for (const [n, part] of parts.entries())
    try {
      await send(part);
    } catch (error) {
      const meaning = mapError(error);
      if (n === 0 || meaning.applied === 'unknown') throw meaning;
      const { code, message, facts } = meaning;
      throw new CountersignError(code, message, { cause: error, facts, applied: 'unknown' });
    }
}
