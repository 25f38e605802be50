import { expect, test, vi } from 'vitest';
import { conventionally } from './conventional.ts';
import { type Broken, explore } from './explorer.ts';
import { firstWrong, scheduleOf, shrunk, wrongAfter } from './search.ts';

// What the product logs about the faults; its logger reads this as it is loaded.
vi.hoisted(() => {
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});

const minutes = 60_000;

/** The first seed after whose schedule something of a kind is wrong. */
const found = (
  seed: number,
  schedules: number,
  { broken = {} as Broken, kind = '' } = {},
): Promise<number | undefined> =>
  firstWrong({ seed, schedules }, async (schedule) =>
    (await wrongAfter(schedule, broken)).some((wrong) => wrong.startsWith(kind)),
  );

test(
  'whatever fails, dies, is lost, comes late or twice: every write has one effect at most, is journaled and in order, and every answer is true',
  async () => {
    const wrong = await found(1, 2_000);
    expect(wrong === undefined ? undefined : await shrunk(wrong)).toBeUndefined();
  },
  5 * minutes,
);

test('a schedule has the same life each time', async () => {
  const [first, second] = [await explore(scheduleOf(7)), await explore(scheduleOf(7))];
  expect(first.trace).toEqual(second.trace);
});

test('the same schedules over plain makeIdempotent write twice', async () => {
  const twice = await firstWrong({ seed: 1, schedules: 50 }, async (schedule) =>
    [...(await conventionally(schedule)).values()].some((effects) => effects > 1),
  );
  expect(twice).toBeDefined();
});

const twice = 'I1: two effects';
test.each([
  ['an absence counts too early', twice, { promised: -80_000 }],
  // A pace keeps workers apart: without one they meet.
  ['a worker claims without condition', twice, { isConditional: ({ state }) => state !== 'queued', perSecond: 1_000 }],
  ['a record is deleted on a failure', twice, { isDeleted: (_, { state }) => state === 'unknown' }],
  ['a wake-up counts as an approval', 'I5', { wakingApproves: true }],
  ['the meter allows too much', 'I8', { perSecond: 9 }],
] satisfies [string, string, Broken][])(
  'it is noticed when %s',
  async (_, kind, broken) => {
    expect(await found(1, 2_000, { broken, kind })).toBeDefined();
  },
  2 * minutes,
);
