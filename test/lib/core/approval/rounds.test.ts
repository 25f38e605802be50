import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amend } from '../../../../lib/core/approval/amend.ts';
import { type Approval, type ApprovalChange, decide } from '../../../../lib/core/approval/approval.ts';
import { passOn } from '../../../../lib/core/approval/delegation.ts';
import { remind } from '../../../../lib/core/approval/remind.ts';
import { asking, hour } from './asking-bench.ts';

const people = ['anna', 'ben', 'carla', 'dora', 'emil'] as const;
const somebody = fc.constantFrom(...people);

/** Whatever can happen to a round, in any order and any number of times. */
const step = fc.oneof(
  fc.record({ do: fc.constant('ask' as const) }),
  fc.record({ do: fc.constant('look' as const) }),
  fc.record({ do: fc.constant('bounce' as const), who: somebody }),
  fc.record({ do: fc.constant('remind' as const) }),
  fc.record({ do: fc.constant('pass' as const), who: somebody, to: somebody }),
  fc.record({ do: fc.constant('approve' as const), who: somebody }),
  fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 30 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Bench = Awaited<ReturnType<typeof asking>>;

async function take(bench: Bench, each: Step): Promise<void> {
  const at = bench.state.now;
  const changed = async (changeOf: (seen: Approval) => ApprovalChange | string | object) => {
    await amend(bench.approvals, await bench.round(), (seen) => {
      const change = changeOf(seen);
      return typeof change === 'string' || 'why' in change ? undefined : change;
    });
  };
  if (each.do === 'ask') await bench.ask();
  else if (each.do === 'look') await bench.look();
  else if (each.do === 'bounce') await bench.bounce(each.who);
  else if (each.do === 'wait') bench.state.now += each.hours * hour;
  else if (each.do === 'remind') await changed((seen) => remind(seen, { at, by: 'olga' }));
  else if (each.do === 'approve') await changed((seen) => decide(seen, { approver: each.who, verdict: 'approve', at }));
  else await changed((seen) => passOn(seen, { from: each.who, to: each.to, approvers: bench.on.approvers, at }));
}

test('whatever happens, nobody is asked who must not decide, everybody who is asked is mailed, and only people approve', async () => {
  const setup = fc.record({
    need: fc.integer({ min: 1, max: 2 }),
    never: fc.subarray(['dora', 'emil']),
    standIn: fc.option(somebody, { nil: undefined }),
    limited: fc.option(somebody, { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(setup, fc.array(step, { maxLength: 25 }), async ({ need, never, standIn, limited }, steps) => {
      const asked = { need, never, value: '900', escalate: { after: 24, to: ['carla', 'dora'] } };
      const bench = await asking({
        asked,
        approvers: limited === undefined || limited < 'carla' ? {} : { [limited]: { limit: '800' } },
        absences: { anna: { from: '2026-01-01', to: '2026-12-31', ...(standIn && { standIn }) } },
      });
      await bench.ask();
      for (const each of steps) await take(bench, each);
      await bench.look();
      await bench.ask();
      await bench.look();

      const { of, decisions, status, mailed, happened = [] } = await bench.round();
      expect(new Set(of).size).toBe(of.length);
      for (const name of of) expect([name, never.includes(name)]).toEqual([name, false]);
      for (const name of of) if (name === limited && limited >= 'carla') expect(name).toBe('never asked');
      const approved = new Set(decisions.map(({ approver }) => approver)).size;
      expect([approved, decisions.length]).toEqual([decisions.length, approved]);
      expect(status === 'approved').toBe(approved >= need);
      expect(bench.erp.ledger.length).toBe(status === 'approved' ? 1 : 0);
      const silent = of.filter((name) => !decisions.some(({ approver }) => approver === name));
      if (status === 'pending') expect(silent.filter((name) => !mailed.includes(name))).toEqual([]);
      const reminders = happened.filter(({ type }) => type === 'reminded').length;
      for (const name of people)
        expect(bench.mailed().filter((to) => to === name).length).toBeLessThanOrEqual(1 + reminders);
      expect(happened.filter(({ type }) => type === 'escalated').length).toBeLessThanOrEqual(1);
      const besides = bench.journaled().filter(({ type }) => happened.some((each) => type === `approval.${each.type}`));
      expect(besides).toHaveLength(happened.length);
    }),
    { numRuns: 300 },
  );
});
