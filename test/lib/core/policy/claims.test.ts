import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attempt, settle } from '../../../../lib/core/operation/attempt.ts';
import type { Operation } from '../../../../lib/core/operation/operation.ts';
import { givingBack } from '../../../../lib/core/policy/claims.ts';
import { type Fate, refunds } from './refunds.ts';

const of = { system: 'erp', of: 'invoice 1' };

test('two hundred refunds at once, of several agents, never take more than there is', async () => {
  const here = refunds();
  here.erp.turn = () => turn();
  const all = await Promise.all(Array.from({ length: 200 }, (_, n) => here.ask(`o${n}`, '12.00')));
  const applied = all.filter(({ state }) => state === 'applied');
  expect([applied.length, here.spent()]).toEqual([8, 9_600]);
  expect(new Set(all.map(({ state, reason }) => `${state} ${reason}`))).toEqual(
    new Set(['applied undefined', 'not_applied ALREADY_CREDITED']),
  );
});

test('so many at once that somebody is always faster: the others wait in the backlog, and none is refused', async () => {
  const here = refunds();
  here.erp.turn = () => turn();
  const all = await Promise.all(Array.from({ length: 60 }, (_, n) => here.ask(`o${n}`, '1.00')));
  expect(new Set(all.map(({ state, reason }) => `${state} ${reason}`))).toEqual(
    new Set(['applied undefined', 'queued SYSTEM_BUSY']),
  );
});

test('what is taken is exact to the last cent, and the last cent can be had', async () => {
  const here = refunds();
  expect((await here.ask('o1', '99.99')).state).toBe('applied');
  expect((await here.ask('o2', '0.02')).reason).toBe('ALREADY_CREDITED');
  expect((await here.ask('o3', '0.01')).state).toBe('applied');
});

test('a refund whose answer is lost and that never arrives is in the way until that is proven', async () => {
  const here = refunds();
  here.erp.fates = ['lose'];
  expect((await here.ask('o1', '60')).state).toBe('unknown');
  expect((await here.ask('o2', '60')).reason).toBe('ALREADY_CREDITED');
  expect((await here.again('o1', false)).reason).toBe('NOT_APPLIED');
  expect((await here.ask('o3', '60')).state).toBe('applied');
  expect((await here.again('o1')).reason).toBe('ALREADY_CREDITED');
  expect(here.spent()).toBe(6_000);
});

test('a refund that the system commits late counts all the time, once', async () => {
  const here = refunds();
  here.erp.fates = ['late'];
  expect((await here.ask('o1', '60')).state).toBe('unknown');
  expect((await here.ask('o2', '50')).reason).toBe('ALREADY_CREDITED');
  for (const commit of here.erp.late.splice(0)) commit();
  expect((await here.ask('o3', '40.01')).reason).toBe('ALREADY_CREDITED');
  expect((await here.again('o1')).state).toBe('applied');
  expect((await here.ask('o4', '40')).state).toBe('applied');
});

test('what the system shows, and nobody has given back yet, is not counted twice', async () => {
  const here = refunds();
  await here.ask('o1', '60');
  expect(here.underway()).toEqual(['o1']);
  expect((await here.ask('o2', '40')).state).toBe('applied');
  expect(here.spent()).toBe(10_000);
});

test('who dies between the claim and the send is in nobody’s way for good', async () => {
  const here = refunds();
  const dead = await here.open('o1', '60');
  await here.write.before(dead, AbortSignal.timeout(1_000));
  expect((await here.ask('o2', '60')).reason).toBe('ALREADY_CREDITED');
  expect((await here.again('o1', false)).reason).toBe('NOT_APPLIED');
  expect((await here.ask('o3', '60')).state).toBe('applied');
});

test('who claims after somebody else has ended the operation leaves nothing behind', async () => {
  const here = refunds();
  const slow = await here.open('o1', '60');
  here.kept.state.interlude = () => here.again('o1', false);
  const attempted = await attempt(here.operations, here.write, slow);
  expect((await settle(here.operations, attempted)).reason).toBe('NOT_APPLIED');
  expect(here.underway()).toEqual(['o1']);
  expect((await here.ask('o2', '60')).state).toBe('applied');
  expect(here.spent()).toBe(6_000);
});

test('an answer of the system that is older than the end of another refund cannot win', async () => {
  const here = refunds();
  const first = await here.open('o1', '60');
  await here.write.before(first, AbortSignal.timeout(1_000));
  // While the second has asked and not yet claimed, the first takes effect and is given back.
  here.kept.state.interlude = async () => {
    here.erp.posted.push({ reference: 'o1', cents: 6_000 });
    await here.kept.pots.giveBack(of, { id: 'o1', version: 9 });
  };
  expect((await here.ask('o2', '40')).state).toBe('applied');
  expect([here.erp.asked, here.spent()]).toEqual([3, 10_000]);
});

test('what is given back late does not take the claim of the same key that was opened again', async () => {
  const here = refunds();
  here.erp.fates = ['lose'];
  await here.ask('o1', '60');
  const ended = await here.again('o1', false);
  const reopened = (await here.operations.change(ended, { state: 'accepted' })).operation;
  await here.write.before(reopened, AbortSignal.timeout(1_000));
  await givingBack(here.kept.pots)(ended);
  expect(here.underway()).toEqual(['o1']);
  await givingBack(here.kept.pots)({ ...reopened, state: 'not_applied', version: reopened.version + 1 });
  expect(here.underway()).toEqual([]);
});

test('a dead refund that is redriven is looked for first, and claims anew', async () => {
  const here = refunds();
  const dead = await here.open('o1', '60');
  const redriven = { redriven: { times: 1, at: 1 } };
  const { operation } = await here.operations.change(dead, redriven);
  here.erp.posted.push({ reference: 'o1', cents: 6_000 });
  const settled = await settle(here.operations, await attempt(here.operations, here.write, operation));
  expect([settled.state, here.spent(), here.underway()]).toEqual(['applied', 6_000, []]);
});

const fates: readonly Fate[] = ['commit', 'lose-answer', 'late', 'lose', 'refuse', 'unavailable'];

test('whatever is lost, late, refused, given back late or never: never more than there is, and in the end nothing is in the way', async () => {
  const move = fc.record({
    what: fc.nat(9),
    who: fc.nat(5),
    cents: fc.integer({ min: 1, max: 7_000 }),
    fate: fc.constantFrom(...fates),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 25 }), async (moves) => {
      const here = refunds();
      const work: Promise<unknown>[] = [];
      let n = 0;
      here.erp.turn = () => turn();
      for (const { what, who, cents, fate } of moves) {
        const ids = Array.from({ length: n }, (_, k) => `o${k}`);
        const id = ids[who % Math.max(1, n)];
        here.erp.fates.push(fate);
        await turn();
        if (what < 4) work.push(here.ask(`o${n++}`, (cents / 100).toFixed(2)));
        else if (what === 4) here.erp.late.shift()?.();
        else if (id && what < 7) work.push(here.again(id, what === 5));
        else if (id && what === 7) await gaveBack(here, id);
        else if (id && what === 8) here.kept.state.interlude = () => gaveBack(here, id);
        else await turn();
        if (what === 9) await Promise.all(work.splice(0));
        // Longer than the promised time nothing commits any more.
        if (here.erp.late.length > 0 && what > 4 && what < 7) here.erp.late.length = 0;
        expect(here.spent()).toBeLessThanOrEqual(10_000);
      }
      await Promise.all(work);
      here.erp.fates = [];
      here.erp.late = [];
      for (let k = 0; k < n; k++) for (let times = 0; times < 4; times++) await here.again(`o${k}`);
      expect(here.spent()).toBeLessThanOrEqual(10_000);
      const rest = 10_000 - here.spent();
      if (rest > 0) expect((await here.ask('last', (rest / 100).toFixed(2))).state).toBe('applied');
    }),
    { numRuns: 300, seed: 7 },
  );
});

async function gaveBack(here: ReturnType<typeof refunds>, id: string): Promise<void> {
  const operation = (await here.operations.get(id)) as Operation;
  if (['applied', 'not_applied', 'dead'].includes(operation.state)) await givingBack(here.kept.pots)(operation);
}
