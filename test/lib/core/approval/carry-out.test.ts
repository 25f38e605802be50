import { expect, test } from 'vitest';
import type { Approval } from '../../../../lib/core/approval/approval.ts';
import { carryOut } from '../../../../lib/core/approval/carry-out.ts';
import { CountersignError } from '../../../../lib/core/errors.ts';
import type { Journal, JournalEntry } from '../../../../lib/core/journal.ts';
import { redrive } from '../../../../lib/core/operation/dead.ts';
import type { Operation } from '../../../../lib/core/operation/operation.ts';
import { draftOf, memoryOperations } from '../operation/memory-operations.ts';
import { modelErp } from '../operation/model-erp.ts';
import { memoryApprovals, roundOf } from './memory-approvals.ts';

const hour = 3_600_000;

async function waiting(round?: Partial<Approval>, recheck: () => Promise<readonly string[]> = async () => []) {
  const { operations, state } = memoryOperations();
  const { erp, write } = modelErp();
  const approval = { need: 1, of: ['anna', 'ben'], why: 'above the limit', within: 72, round: 1 };
  await operations.open(draftOf('o1', state.now, { state: 'awaiting_approval', attempts: 0, approval }));
  const rounds = round ? [roundOf({ createdAt: state.now, expiresAt: state.now + 72 * hour, ...round })] : [];
  const { approvals, items } = memoryApprovals(...rounds);
  const journaled: JournalEntry[] = [];
  const journal: Journal = { append: async (entry) => void journaled.push(entry) };
  const run = () => carryOut('o1', { operations, approvals, journal, recheck, write: async () => write });
  const stored = async () => (await operations.get('o1')) as Operation;
  return { run, stored, erp, state, items, approvals, operations, journaled };
}

test('a wake-up without a decision decides nothing, and the machine goes on asking', async () => {
  const { run, stored, erp } = await waiting({});
  expect(await run()).toEqual({ next: 'ask', timeoutSeconds: 72 * 3600 });
  expect([(await stored()).state, erp.sends]).toEqual(['awaiting_approval', 0]);
});

test('where nobody was asked yet, somebody is asked', async () => {
  const { run, erp } = await waiting();
  expect([await run(), erp.sends]).toEqual([{ next: 'ask', timeoutSeconds: 72 * 3600 }, 0]);
});

test('what was approved is carried out once, however often the machine comes', async () => {
  const { run, stored, erp } = await waiting({ status: 'approved' });
  expect(await Promise.all(Array.from({ length: 10 }, run))).toContainEqual({ next: 'done' });
  expect(await run()).toEqual({ next: 'done' });
  expect([(await stored()).state, erp.ledger.length]).toEqual(['applied', 1]);
});

test.each([
  ['refused', 'APPROVAL_REFUSED'],
  ['expired', 'APPROVAL_EXPIRED'],
  ['withdrawn', 'APPROVAL_WITHDRAWN'],
  ['asked_back', 'APPROVAL_ASKED_BACK'],
] as const)('what was %s ends as %s, and nothing is sent', async (status, code) => {
  const { run, stored, erp } = await waiting({ status });
  expect(await run()).toEqual({ next: 'done' });
  expect([(await stored()).state, (await stored()).reason, (await stored()).reopenable, erp.sends]).toEqual([
    'not_applied',
    code,
    undefined,
    0,
  ]);
});

test('at its end an undecided question is refused; one that was approved at the same instant is carried out', async () => {
  const late = await waiting({});
  late.state.now += 72 * hour;
  expect(await late.run()).toEqual({ next: 'done' });
  expect([(await late.stored()).reason, late.erp.sends]).toEqual(['APPROVAL_EXPIRED', 0]);
  const tie = await waiting({});
  tie.state.now += 72 * hour;
  const { get } = tie.approvals;
  tie.approvals.get = async (id) => {
    const seen = await get(id);
    if (seen) await tie.approvals.change(seen, { status: 'approved' });
    return seen;
  };
  expect(await tie.run()).toEqual({ next: 'done' });
  expect([(await tie.stored()).state, tie.erp.ledger.length]).toEqual(['applied', 1]);
});

test('a fact that changed sends it back to the approver, in a new round', async () => {
  const { run, stored, erp } = await waiting({ status: 'approved' }, async () => ['supplier: now blocked']);
  expect(await run()).toEqual({ next: 'ask', timeoutSeconds: 72 * 3600 });
  expect([(await stored()).approval?.round, (await stored()).state, erp.sends]).toEqual([2, 'awaiting_approval', 0]);
});

test('a grant that has gone meanwhile refuses it', async () => {
  const { run, stored, erp } = await waiting({ status: 'approved' }, async () => {
    throw new CountersignError('NOT_GRANTED', 'no grant any more');
  });
  expect(await run()).toEqual({ next: 'done' });
  expect([(await stored()).reason, erp.sends]).toEqual(['NOT_GRANTED', 0]);
});

test('who said what is in the journal before anything is sent', async () => {
  const decisions = [{ approver: 'anna', verdict: 'approve' as const, at: 5_000 }];
  const { run, erp, journaled } = await waiting({ status: 'approved', decisions }, async () => {
    expect([erp.sends, journaled.map(({ type, by }) => [type, by])]).toEqual([
      0,
      [
        ['approval.asked', undefined],
        ['approval.approved', 'anna'],
      ],
    ]);
    return [];
  });
  await run();
  expect([erp.sends, journaled.map(({ id, version }) => [id, version])]).toEqual([
    1,
    [
      ['o1.1', 1],
      ['o1.1', 2],
    ],
  ]);
});

test('an approval for other content commits nothing', async () => {
  const { run, erp } = await waiting({ status: 'approved', digest: 'other' });
  await expect(run()).rejects.toThrow('other content');
  expect(erp.sends).toBe(0);
});

test('an approved write whose answer is lost is looked up, not sent again', async () => {
  const { run, stored, erp } = await waiting({ status: 'approved' });
  erp.behaviour = 'commit-then-reset';
  erp.lookupFails = true;
  expect(await run()).toEqual({ next: 'later', waitSeconds: 60 });
  erp.lookupFails = false;
  expect(await run()).toEqual({ next: 'done' });
  expect([(await stored()).state, erp.sends, erp.ledger.length]).toEqual(['applied', 1, 1]);
});

test('an ERP that is down is tried again later, ever later', async () => {
  const { run, stored, erp } = await waiting({ status: 'approved' });
  erp.behaviour = 'unavailable';
  const waits: unknown[] = [];
  for (let n = 0; n < 3; n++) waits.push(await run());
  expect(waits).toEqual([60, 240, 960].map((waitSeconds) => ({ next: 'later', waitSeconds })));
  erp.behaviour = 'commit';
  expect(await run()).toEqual({ next: 'done' });
  expect([(await stored()).state, erp.ledger.length]).toEqual(['applied', 1]);
});

test('what was approved, died and is redriven counts as approved, unless the facts have changed since', async () => {
  const facts: string[] = [];
  const { run, stored, erp, operations } = await waiting({ status: 'approved' }, async () => facts);
  await operations.change(await stored(), { state: 'dead', attempts: 5 });
  expect([await run(), erp.sends]).toEqual([{ next: 'done' }, 0]);
  await redrive(operations, await stored(), { by: 'olga', why: 'Repaired.' });
  facts.push('the price');
  expect([await run(), erp.sends, (await stored()).approval?.round]).toMatchObject([{ next: 'ask' }, 0, 2]);
  facts.pop();
  const again = await waiting({ status: 'approved' });
  await again.operations.change(await again.stored(), { state: 'dead', attempts: 5 });
  await redrive(again.operations, await again.stored(), { by: 'olga', why: 'Repaired.' });
  expect(await again.run()).toEqual({ next: 'done' });
  expect(await again.stored()).toMatchObject({ state: 'applied', attempts: 1, redriven: { times: 1 } });
});
