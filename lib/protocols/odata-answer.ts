import type * as z from 'zod';
import { CountersignError } from '../core/errors.ts';
import type { Answer } from './exchange.ts';

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
/** Numbers stay the text that was sent: no decimal passes through a float. TypeScript does not know the third argument yet. */
const parseExactly = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** The JSON of an answer, numbers as strings, unwrapped by `read`. Throws `AUTH_FAILED` for a login page, `SYSTEM_ANSWER_INVALID`. */
export function contentOf<T>({ text, headers }: Answer, read: (body: unknown) => T): T {
  if (headers.get('content-type')?.includes('html'))
    throw new CountersignError('AUTH_FAILED', 'The system answered a page for people, probably its sign-in.');
  try {
    return read(parseExactly(text, (_, value, { source }) => (typeof value === 'number' ? source : value)));
  } catch (cause) {
    throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The system answered no JSON that is shaped as OData.', {
      cause,
    });
  }
}

/** The value as its schema has it. Throws `SYSTEM_ANSWER_INVALID` naming the field, not what stands in it. */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const where = error.issues[0]?.path.join('.');
  throw new CountersignError('SYSTEM_ANSWER_INVALID', `The answer has an unexpected ${where || 'shape'}.`, {
    cause: error,
  });
}

/** An answer to a change that cannot be understood leaves open whether it took effect. */
export function settled<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause;
    throw new CountersignError(cause.code, cause.message, { cause, applied: 'unknown' });
  }
}
