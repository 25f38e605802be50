import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { world } from './world.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

const maxServerTime = 600_000;
const decisions = fc.array(fc.nat(0xffff), { minLength: 100, maxLength: 300, size: 'max' });

/** Lets a world run as decided, and answers everything that is wrong with it. */
async function wrongIn(
  made: number[],
  { needsBefore, promised = maxServerTime }: { needsBefore: boolean; promised?: number },
) {
  const here = world({ needsBefore, maxServerTime, promised });
  const left = [...made];
  const wrong = new Set<string>();
  while (left.length > 0) {
    await here.move((n) => (left.shift() ?? 0) % n);
    if (here.ledger.length > 1) wrong.add('two effects');
  }
  await here.conclude();
  const end = here.operation();
  if (here.ledger.length > 1) wrong.add('two effects');
  if (!end || !['applied', 'not_applied', 'review', 'dead'].includes(end.state)) wrong.add(`ends ${end?.state}`);
  if (end && (end.state === 'applied') !== (here.ledger.length === 1))
    wrong.add(`${end.state} with ${here.ledger.length}`);
  if (end && end.attempts > 5) wrong.add('more than five sends');
  const done = here.told.filter(({ status }) => status === 200);
  if (done.some(({ effects }) => effects === 0)) wrong.add('done without effect');
  if (new Set(done.map(({ body }) => body)).size > 1) wrong.add('two answers');
  const refused = here.told.filter(({ status, body }) => status >= 400 && JSON.parse(body).applied === 'no');
  if (refused.some(({ effects, underway }) => effects + underway > 0)) wrong.add('refused with effect');
  return [...wrong];
}

test.each([
  ['creates', false],
  ['updates', true],
])('%s: whatever dies, is lost, comes late or twice, there is one effect at most, and every answer is true', async (_, needsBefore) => {
  await fc.assert(
    fc.asyncProperty(decisions, async (made) => {
      expect(await wrongIn(made, { needsBefore })).toEqual([]);
    }),
    { numRuns: 500, seed: 20_260_601 },
  );
});

test('the explorer finds two effects where an absence counts too early', async () => {
  const property = fc.asyncProperty(decisions, async (made) => {
    const wrong = await wrongIn(made, { needsBefore: false, promised: -80_000 });
    return !wrong.includes('two effects');
  });
  const { failed } = await fc.check(property, { numRuns: 2_000, seed: 20_260_601, endOnFailure: true });
  expect(failed).toBe(true);
});
