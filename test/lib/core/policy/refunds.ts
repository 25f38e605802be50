import * as z from 'zod';
import { defineContract } from '../../../../lib/core/contract.ts';
import { CountersignError } from '../../../../lib/core/errors.ts';
import { attempt, settle } from '../../../../lib/core/operation/attempt.ts';
import { absentAfter, type Operation } from '../../../../lib/core/operation/operation.ts';
import { again, recover } from '../../../../lib/core/operation/recover.ts';
import { bindWrite } from '../../../../lib/core/operation/write.ts';
import { byReference, implement } from '../../../../lib/core/tool.ts';
import { connector } from '../model-connector.ts';
import { draftOf, memoryOperations } from '../operation/memory-operations.ts';
import { openMeter } from '../resilience/memory-meter.ts';
import { memoryPots } from './memory-pots.ts';

/** How the system takes the next request: `late` commits when the test says so. */
export type Fate = 'commit' | 'lose-answer' | 'late' | 'lose' | 'refuse' | 'unavailable';

const refund = defineContract({
  name: 'refund',
  effect: 'create',
  summary: 'Refunds a part of an invoice.',
  input: z.strictObject({ amount: z.string() }),
  output: z.strictObject({
    id: z.string(),
    amount: z.string(),
    deviations: z.array(z.unknown()),
    reference: z.string(),
  }),
  errors: [],
  examples: [{ input: { amount: '1' }, output: { id: '1', amount: '1', deviations: [], reference: 'T' } }],
  takesFrom: () => 'invoice 1',
  compare: () => ({ ours: true, deviations: [], exceeds: false }),
});

/** An invoice of 100.00 in cents, those who refund it, and a system that takes requests as it pleases. */
export function refunds() {
  const { operations, state } = memoryOperations();
  const kept = memoryPots(operations);
  const erp = {
    fates: [] as Fate[],
    posted: [] as { reference: string; cents: number }[],
    late: [] as (() => void)[],
    asked: 0,
    turn: async () => {},
  };
  const spent = () => erp.posted.reduce((sum, { cents }) => sum + cents, 0);
  const tool = implement(refund, {
    claims: async ({ amount }) => {
      await erp.turn();
      erp.asked++;
      const left = ((10_000 - spent()) / 100).toFixed(2);
      await erp.turn();
      return [{ pot: 'line 10', amount, left, refusal: 'ALREADY_CREDITED' }];
    },
    run: async ({ amount }, { reference, permit }) => {
      await permit();
      const fate = erp.fates.shift() ?? 'commit';
      const commit = () => void erp.posted.push({ reference, cents: Math.round(Number(amount) * 100) });
      if (fate === 'refuse') throw new CountersignError('REFUSED_BY_SYSTEM', 'no');
      if (fate === 'unavailable') throw new CountersignError('SYSTEM_UNAVAILABLE', 'closed');
      if (fate === 'late') erp.late.push(commit);
      else if (fate !== 'lose') commit();
      if (fate !== 'commit') throw new CountersignError('SYSTEM_UNAVAILABLE', 'reset', { applied: 'unknown' });
      return reference;
    },
    read: async (id) => {
      const found = erp.posted.find(({ reference }) => reference === id);
      return found && { id, amount: String(found.cents / 100) };
    },
    lookup: byReference(async (_, { reference }) =>
      erp.posted.filter((each) => each.reference === reference).map((each) => each.reference),
    ),
  });
  const write = bindWrite(tool, {
    connector,
    client: undefined,
    meter: openMeter(),
    patience: 15_000,
    pots: kept.pots,
  });
  const draft = (id: string, amount: string): Operation =>
    draftOf(id, state.now, {
      ...{ input: JSON.stringify({ amount }), reference: id, takesFrom: 'invoice 1' },
      ...{ state: 'accepted', attempts: 0 },
    });
  return {
    ...{ operations, state, erp, write, kept, spent },
    underway: () => kept.underway({ system: 'erp', of: 'invoice 1' }),
    /** Opens an operation and does nothing yet. */
    open: async (id: string, amount: string) => (await operations.open(draft(id, amount))).operation,
    async ask(id: string, amount: string): Promise<Operation> {
      const { operation } = await operations.open(draft(id, amount));
      return settle(operations, await attempt(operations, write, operation));
    },
    /** Presses the same key again after an absence would count. */
    async again(id: string, resend = true): Promise<Operation> {
      const seen = (await operations.get(id)) as Operation;
      state.now = Math.max(state.now, absentAfter(seen.sendBy, { maxServerTime: 600_000, lookupLag: 5_000 }) + 1);
      if (seen.state === 'queued') return resend ? again(operations, write, seen) : seen;
      return recover(operations, write, seen, { resend });
    },
  };
}
