import type { APIGatewayProxyEvent } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import { headerValues, httpHandler, principalOf } from '../../../lib/aws/http.ts';
import { logger } from '../../../lib/aws/log.ts';
import { CountersignError } from '../../../lib/core/errors.ts';

const eventWith = (overrides: object): APIGatewayProxyEvent =>
  ({ multiValueHeaders: {}, requestContext: { identity: {} }, ...overrides }) as APIGatewayProxyEvent;
const signedBy = (userArn: string | null) => eventWith({ requestContext: { identity: { userArn } } });

test('who signed is the account and the name of the assumed role', () => {
  expect(principalOf(signedBy('arn:aws:sts::111122223333:assumed-role/buyer/any-session'))).toEqual({
    account: '111122223333',
    role: 'buyer',
  });
});

test.each([
  [null],
  [''],
  ['arn:aws:iam::111122223333:user/buyer'],
  ['arn:aws:iam::111122223333:root'],
  ['arn:aws:sts::111122223333:assumed-role/buyer'],
  ['arn:aws:sts::111122223333:assumed-role/buyer/a/b'],
])('%j is nobody', (arn) =>
  expect(() => principalOf(signedBy(arn))).toThrowError(expect.objectContaining({ code: 'AGENT_UNKNOWN' })));

test('an event that no signed request made is refused, not carried out', async () => {
  const handler = httpHandler(async (event) => ({ status: 200, headers: {}, body: principalOf(event).role }));
  for (const forged of [{}, { tool: 'x' }, { requestContext: {} }])
    expect((await handler(forged as APIGatewayProxyEvent)).statusCode).toBe(403);
});

test('every value of a header counts, whatever its case', () => {
  const event = eventWith({ multiValueHeaders: { 'Idempotency-Key': ['a', 'b'], 'idempotency-key': ['c'] } });
  expect(headerValues(event, 'idempotency-key')).toEqual(['a', 'b', 'c']);
});

test('an error of ours is its problem; any other is INTERNAL without its text', async () => {
  const logged = vi.spyOn(logger, 'error').mockImplementation(() => {});
  const answer = async (error: Error) => {
    const { statusCode, body } = await httpHandler(() => Promise.reject(error))(eventWith({}));
    return [statusCode, JSON.parse(body).code, body.includes('hunter2')];
  };
  expect(await answer(new CountersignError('NOT_GRANTED', 'no'))).toEqual([403, 'NOT_GRANTED', false]);
  expect(await answer(new Error('password hunter2'))).toEqual([500, 'INTERNAL', false]);
  expect(JSON.stringify(logged.mock.calls)).toContain('unexpected');
  expect(JSON.stringify(logged.mock.calls)).not.toContain('hunter2');
  logged.mockRestore();
});

test('the trace id of the caller comes back', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const handler = httpHandler(async (_, traceId) => ({ status: 200, headers: {}, body: traceId }));
  const { body, headers } = await handler(eventWith({ multiValueHeaders: { traceparent: [traceparent] } }));
  expect([body, headers?.['countersign-trace']]).toEqual([
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '4bf92f3577b34da6a3ce929d0e0e4736',
  ]);
});
