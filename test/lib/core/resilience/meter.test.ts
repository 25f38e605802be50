import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCountersignError } from '../../../../lib/core/errors.ts';
import type { Meter, Passage } from '../../../../lib/core/resilience/meter.ts';
import { busiestSecond, sharedMeter } from './shared-meter.ts';

const never = new AbortController().signal;
const codeOf = (error: unknown): string => (isCountersignError(error) ? error.code : String(error));

/** One request as the transport makes it: a place, a connection, the slot's time, an answer. */
async function request(
  meter: Meter,
  {
    sleep,
    write = true,
    connecting = 0,
    lasting = 5,
    health = 'good' as 'good' | 'bad',
    sent = () => {},
  }: {
    readonly sleep: (ms: number) => Promise<void>;
    readonly write?: boolean;
    readonly connecting?: number;
    readonly lasting?: number;
    readonly health?: 'good' | 'bad';
    readonly sent?: () => void;
  },
): Promise<string> {
  let passage: Passage;
  try {
    passage = await meter.enter({ write });
  } catch (error) {
    return codeOf(error);
  }
  try {
    await sleep(connecting);
    await passage.go(never);
  } catch (error) {
    passage.done({ health: 'none' });
    return codeOf(error);
  }
  sent();
  await sleep(lasting);
  passage.done({ health });
  return health;
}

test('a hundred calls of one process at once take their slots by a few writes, and no more wait than will be served', async () => {
  let trips = 0;
  const shared = sharedMeter(
    { perSecond: 50, concurrent: 40 },
    {
      trip: () => {
        trips++;
        return 5;
      },
    },
  );
  const meter = shared.process();
  const from = shared.time.now;
  const calls = Array.from({ length: 100 }, () => request(meter, { sleep: shared.time.sleep, lasting: 0 }));
  const answers = await shared.time.run(Promise.all(calls));
  const served = answers.filter((answer) => answer === 'good').length;
  expect([served > 40, new Set(answers)]).toEqual([true, new Set(['good', 'SYSTEM_BUSY'])]);
  expect(shared.time.now - from).toBeLessThan(2_500);
  // Each call that was served is reported by a write of its own; each of those is two trips here.
  expect(trips / 2 - served).toBeLessThan(40);
});

const call = fc.record({
  at: fc.nat(6_000),
  process: fc.nat(4),
  write: fc.boolean(),
  connecting: fc.oneof(fc.constant(0), fc.nat(150)),
  lasting: fc.nat(900),
});

test('whoever calls when: no second ever sees more requests than are allowed, nor more at once, and every place comes back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 1, maxLength: 120, size: 'max' }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 5, maxLength: 5 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      async (calls, perSecond, concurrent, clocks, stream) => {
        const random = () => Number(stream.next().value);
        const { time, item, lost, process } = sharedMeter(
          { perSecond, concurrent },
          { random, trip: () => random() * 12 },
        );
        const processes = clocks.map((skew) => process({ ahead: skew }));
        const sent: number[] = [];
        let open = 0;
        let most = 0;
        const work = calls.map(async ({ at, process: n, ...how }) => {
          await time.sleep(at);
          const meter = processes[n] ?? process();
          const answered = request(meter, {
            ...how,
            sleep: time.sleep,
            sent: () => {
              sent.push(time.now);
              most = Math.max(most, ++open);
            },
          });
          if ((await answered) === 'good') open--;
        });
        await time.run(Promise.all(work));
        await time.run(time.sleep(2_000));
        expect(busiestSecond(sent)).toBeLessThanOrEqual(perSecond);
        expect(most).toBeLessThanOrEqual(concurrent);
        expect([item.state.held, lost]).toEqual([{}, []]);
      },
    ),
    { numRuns: 40 },
  );
});

const visit = fc.record({
  at: fc.nat(60_000),
  process: fc.nat(3),
  write: fc.boolean(),
  lasting: fc.nat(300),
  /** Its process ends before it can report. */
  dies: fc.oneof({ arbitrary: fc.constant(false), weight: 9 }, { arbitrary: fc.constant(true), weight: 1 }),
});

test('a system that comes and goes: who finds out is one read at a time, nobody is let in beside it, and the dead hold no place for ever', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(visit, { minLength: 20, maxLength: 150, size: 'max' }),
      fc.array(fc.nat(60_000), { minLength: 2, maxLength: 6 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      async (visits, changes, stream) => {
        const random = () => Number(stream.next().value);
        const { time, item, lost, process } = sharedMeter(
          { perSecond: 20, concurrent: 6, breaker: { failures: 3 } },
          { random, trip: () => random() * 8 },
        );
        const start = time.now;
        const isUp = () => changes.filter((change) => start + change <= time.now).length % 2 === 0;
        const processes = Array.from({ length: 4 }, () => process());
        const letIn: string[] = [];
        item.watch = ({ breaker }, { take, gate }) => {
          if (!take || breaker.state === 'closed') return;
          const isProbe = breaker.until <= time.now && take.ids.length === 1 && gate?.breaker.state === 'half-open';
          letIn.push(isProbe ? 'a probe' : `somebody beside ${breaker.state}`);
        };
        const work = visits.map(async ({ at, process: n, write, lasting, dies }) => {
          await time.sleep(at);
          const passage = await processes[n]?.enter({ write }).catch(() => undefined);
          if (!passage) return;
          try {
            await passage.go(never);
          } catch {
            return passage.done({ health: 'none' });
          }
          await time.sleep(lasting);
          if (!dies) passage.done({ health: isUp() ? 'good' : 'bad' });
        });
        await time.run(Promise.all(work));
        await time.run(time.sleep(40_000));
        expect(Object.values(item.state.held).every((until) => until < time.now)).toBe(true);
        const meter = process();
        if (item.state.breaker.state === 'closed')
          expect(await time.run(request(meter, { sleep: time.sleep }))).toBe('good');
        await time.run(time.sleep(1_000));
        if (item.state.breaker.state === 'closed') expect(item.state.held).toEqual({});
        expect([lost, letIn.filter((who) => who !== 'a probe')]).toEqual([[], []]);
      },
    ),
    { numRuns: 30 },
  );
});
