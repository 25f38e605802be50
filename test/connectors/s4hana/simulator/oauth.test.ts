import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf, askToken, basic, openBench, PO } from './bench.ts';

const grant = { grant_type: 'client_credentials' };

describe('the token endpoint', () => {
  let now = Date.parse('2026-03-01T08:00:00Z');
  let bench: Awaited<ReturnType<typeof openBench>>;
  beforeAll(async () => {
    bench = await openBench({ clock: { now: () => now } });
  });
  afterAll(() => bench.close());

  const ask = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    askToken(bench.origins.token, form, headers);

  it('grants a bearer token to a client that authenticates by Basic or in the body', async () => {
    const { clientId, clientSecret } = bench.credentials.read;
    const byBasic = await ask(grant, basic(bench.credentials.read));
    const byBody = await ask({ ...grant, client_id: clientId, client_secret: clientSecret });
    for (const answer of [byBasic, byBody]) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.at('token_type')).toBe('Bearer');
      expect(answer.at('expires_in')).toBe(3600);
    }
  });

  it('answers every wrong request with the error of RFC 6749', async () => {
    const { clientId } = bench.credentials.read;
    const good = basic(bench.credentials.read);
    const cases: [Awaited<ReturnType<typeof ask>>, number, string][] = [
      [await ask({}, good), 400, 'invalid_request'],
      [await ask({ grant_type: 'password' }, good), 400, 'unsupported_grant_type'],
      [await ask({ ...grant, scope: 'everything' }, good), 400, 'invalid_scope'],
      [await ask(grant), 401, 'invalid_client'],
      [await ask(grant, basic({ clientId, clientSecret: 'wrong' })), 401, 'invalid_client'],
      [await ask(grant, { authorization: 'Bearer abc' }), 401, 'invalid_client'],
      [await ask({ ...grant, client_id: clientId, client_secret: 'x' }, good), 400, 'invalid_request'],
    ];
    for (const [answer, status, error] of cases) expect([answer.status, answer.at('error')]).toEqual([status, error]);
  });

  it('takes POST with a form only, each parameter once', async () => {
    const headers = { ...basic(bench.credentials.read), 'content-type': 'application/json' };
    const json = await fetch(bench.origins.token, { method: 'POST', headers, body: JSON.stringify(grant) }).then(
      answerOf,
    );
    expect([json.status, json.at('error')]).toEqual([400, 'invalid_request']);
    const twice = await fetch(bench.origins.token, {
      method: 'POST',
      headers: { ...basic(bench.credentials.read), 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials&grant_type=client_credentials',
    }).then(answerOf);
    expect([twice.status, twice.at('error')]).toEqual([400, 'invalid_request']);
    expect((await fetch(bench.origins.token)).status).toBe(405);
  });

  it('lets in nobody without a token, with an invented or with an expired one', async () => {
    const read = (headers: Record<string, string>) => fetch(`${bench.origins.api}/sap/opu/${PO}/`, { headers });
    expect((await read({})).headers.get('www-authenticate')).toBe('Bearer realm="S4H"');
    expect((await read({ authorization: 'Bearer abc' })).headers.get('www-authenticate')).toContain('invalid_token');
    const token = String((await ask(grant, basic(bench.credentials.read))).at('access_token'));
    expect((await read({ authorization: `Bearer ${token}` })).status).toBe(200);
    now += 3600_000;
    expect((await read({ authorization: `Bearer ${token}` })).status).toBe(401);
  });
});
