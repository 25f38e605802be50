import { CountersignError } from '../core/errors.ts';
import type { Exchange } from './exchange.ts';

/**
 * Signs every request with a key in a header. A key that is refused may have been replaced: it is then read past its cache,
 * and the request, which surely had no effect, is sent once more. Throws `AUTH_FAILED` where that one is refused too.
 */
export const withApiKey =
  (
    next: Exchange,
    { header, key }: { readonly header: string; key(options?: { fresh: boolean }): Promise<string> },
  ): Exchange =>
  async (request) => {
    const send = (value: string) => next({ ...request, headers: { ...request.headers, [header]: value } });
    const first = await key();
    const answer = await send(first);
    if (answer.status !== 401) return answer;
    const second = await key({ fresh: true });
    if (second === first) throw new CountersignError('AUTH_FAILED', 'The system refused the key.');
    const again = await send(second);
    if (again.status === 401) throw new CountersignError('AUTH_FAILED', 'The system refused the key.');
    return again;
  };
