import { expect, test } from 'vitest';
import type { Transport, TransportRequest } from '../../../../lib/core/connector.ts';
import { CountersignError } from '../../../../lib/core/errors.ts';
import { meteredTransport } from '../../../../lib/core/resilience/metered-transport.ts';
import { sharedMeter } from './shared-meter.ts';

const url = 'https://erp.example/orders';
const signal = new AbortController().signal;
const read: TransportRequest = { method: 'GET', headers: {}, signal };
const write: TransportRequest = { ...read, method: 'POST', permit: async () => {} };

/** A transport that asks before it sends, over a system that answers what it is told to. */
function metered(answer: () => Promise<Response>, { perSecond = 10, connecting = 0 } = {}) {
  const { time, item, process } = sharedMeter({ perSecond, concurrent: 3 });
  const sent: string[] = [];
  const next: Transport = async (to, { method, permit, ready = permit }) => {
    await time.sleep(connecting);
    await ready?.();
    sent.push(`${method} ${to}`);
    return answer();
  };
  const transport = meteredTransport(next, {
    ...{ meter: process(), now: () => time.now, slowMs: 5_000 },
    apart: ['https://erp.example/token'],
  });
  const call = async (request: TransportRequest, to = url) => {
    const result = await time.run(
      transport(to, request).then(
        (response) => response.status,
        (error) => error.code,
      ),
    );
    await time.run(time.sleep(20));
    return result;
  };
  return {
    time,
    item,
    sent,
    next,
    call,
    failures: () => ('failures' in item.state.breaker ? item.state.breaker.failures : item.state.breaker.state),
  };
}

test('requests to the system are counted, those to its token server are not', async () => {
  const { call, item, sent } = metered(async () => new Response());
  expect([await call(read), await call(write), await call(read, 'https://erp.example/token')]).toEqual([200, 200, 200]);
  expect([item.state.calls, item.state.held, sent.length]).toEqual([2, {}, 3]);
});

test.each([
  [502, 1],
  [503, 1],
  [504, 1],
  [500, 0],
  [429, 0],
  [423, 0],
  [404, 0],
  [401, 0],
  [200, 0],
])('an answer with %i counts as %i failures', async (status, failures) => {
  const { call, failures: counted } = metered(async () => new Response(null, { status }));
  expect(await call(write)).toBe(status);
  expect(counted()).toBe(failures);
});

test('a connection that breaks is a failure, a refusal of our own is none', async () => {
  const broken = metered(async () => {
    throw new CountersignError('SYSTEM_UNAVAILABLE', 'reset', { applied: 'unknown' });
  });
  expect(await broken.call(write)).toBe('SYSTEM_UNAVAILABLE');
  expect(broken.failures()).toBe(1);
  const refused = metered(async () => new Response());
  const permit = async () => {
    throw new CountersignError('OPERATION_NOT_SENT', 'too late');
  };
  expect(await refused.call({ ...write, permit })).toBe('OPERATION_NOT_SENT');
  expect([refused.failures(), refused.sent, refused.item.state.held]).toEqual([0, [], {}]);
});

test.each([
  [100, 0],
  [2_000, 1],
])('a system that is cut off after %i ms has %i failures', async (ms, failures) => {
  const cut = new AbortController();
  const {
    call,
    time,
    failures: counted,
  } = metered(async () => {
    await time.sleep(ms);
    cut.abort();
    throw new CountersignError('SYSTEM_UNAVAILABLE', 'aborted', { applied: 'unknown' });
  });
  expect(await call({ ...write, signal: cut.signal })).toBe('SYSTEM_UNAVAILABLE');
  expect(counted()).toBe(failures);
});

test('an answer that took too long is a failure, though it arrived', async () => {
  const slow = metered(() => slow.time.sleep(6_000).then(() => new Response()));
  expect(await slow.call(write)).toBe(200);
  expect(slow.failures()).toBe(1);
});

test('a system that asks for silence gets it, without having failed', async () => {
  const { call, sent, failures } = metered(
    async () => new Response(null, { status: 429, headers: { 'retry-after': '30' } }),
  );
  expect([await call(write), await call(read)]).toEqual([429, 'SYSTEM_THROTTLED']);
  expect([sent.length, failures()]).toEqual([1, 0]);
});

test('who took long to connect takes another slot, and nothing is sent without one', async () => {
  const { call, item, sent } = metered(async () => new Response(), { connecting: 300 });
  expect([await call(write), await call(read)]).toEqual([200, 200]);
  expect([item.state.calls, item.state.held, sent.length]).toEqual([4, {}, 2]);
});

test('a permit is asked after the slot, so that nothing goes out later than it allows', async () => {
  const { call, item, time } = metered(async () => new Response(), { perSecond: 2 });
  await call(write);
  const asked: number[] = [];
  const from = time.now;
  await call({ ...write, permit: async () => void asked.push(time.now - from) });
  expect(asked).toHaveLength(1);
  expect(asked[0]).toBeGreaterThan(450);
  expect(item.state.calls).toBe(2);
});
