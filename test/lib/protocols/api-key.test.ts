import { expect, test } from 'vitest';
import { withApiKey } from '../../../lib/protocols/api-key.ts';

/** A system that knows one key, and a secret that may have been replaced since it was read. */
function signed({ known, kept, fresh }: { known: string; kept: string; fresh: string }) {
  const sent: (string | undefined)[] = [];
  const exchange = withApiKey(
    async ({ headers }) => {
      sent.push(headers['x-api-key']);
      return { status: headers['x-api-key'] === known ? 200 : 401, headers: new Headers(), text: '' };
    },
    { header: 'x-api-key', key: async (options) => (options?.fresh ? fresh : kept) },
  );
  const ask = () =>
    exchange({ url: 'https://a.example', method: 'GET', headers: {}, signal: AbortSignal.timeout(1000) });
  return { ask, sent };
}

test('every request has the key in its header', async () => {
  const { ask, sent } = signed({ known: 'a', kept: 'a', fresh: 'a' });
  expect([(await ask()).status, sent]).toEqual([200, ['a']]);
});

test('a key that is refused is read past its cache, and the request is sent once more', async () => {
  const { ask, sent } = signed({ known: 'b', kept: 'a', fresh: 'b' });
  expect([(await ask()).status, sent]).toEqual([200, ['a', 'b']]);
});

test('a key that has not changed is not sent again', async () => {
  const { ask, sent } = signed({ known: 'b', kept: 'a', fresh: 'a' });
  await expect(ask()).rejects.toMatchObject({ code: 'AUTH_FAILED', applied: 'no' });
  expect(sent).toEqual(['a']);
});

test('a new key that is refused too is not tried a third time', async () => {
  const { ask, sent } = signed({ known: 'c', kept: 'a', fresh: 'b' });
  await expect(ask()).rejects.toMatchObject({ code: 'AUTH_FAILED' });
  expect(sent).toEqual(['a', 'b']);
});
