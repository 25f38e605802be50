import { expect, test } from 'vitest';
import { type Approval, type Decision, decide } from '../../../../lib/core/approval/approval.ts';
import { overdue } from '../../../../lib/core/approval/escalation.ts';
import { roundOf } from './memory-approvals.ts';

const now = 1_000;
const says = (approver: string, verdict: Decision['verdict'] = 'approve', at = now): Decision => ({
  approver,
  verdict,
  at,
});
const after = (approval: Approval, decision: Decision): Approval => {
  const change = decide(approval, decision);
  if (typeof change === 'string') throw new Error(change);
  return { ...approval, ...change };
};

test('it takes as many different people as are needed', () => {
  const once = after(roundOf({ need: 2 }), says('anna'));
  expect(once.status).toBe('pending');
  expect(decide(once, says('anna'))).toBe('already_said');
  expect(after(once, says('ben')).status).toBe('approved');
});

test('one refusal or one question ends the round', () => {
  expect(after(roundOf({ need: 2 }), says('anna', 'refuse')).status).toBe('refused');
  expect(after(roundOf({}), says('anna', 'ask_back')).status).toBe('asked_back');
});

test('nobody decides who was not asked, after the end, or twice', () => {
  expect(decide(roundOf({}), says('mallory'))).toBe('not_asked');
  expect(decide(roundOf({ expiresAt: now }), says('anna'))).toBe('expired');
  for (const status of ['approved', 'refused', 'expired', 'withdrawn', 'asked_back'] as const)
    expect(decide(roundOf({ status }), says('anna'))).toBe('settled');
});

test('a round that has ended is forgotten as late as its operation, and no earlier one is', () => {
  const forgotten = Math.floor(now / 1000) + 400 * 86_400;
  expect(after(roundOf({}), says('anna'))).toMatchObject({ status: 'approved', expiration: forgotten });
  expect(after(roundOf({}), says('anna', 'refuse')).expiration).toBe(forgotten);
  expect(after(roundOf({ need: 2 }), says('anna')).expiration).toBeUndefined();
  expect(overdue(roundOf({ expiresAt: now }), now)).toMatchObject({ status: 'expired', expiration: forgotten });
});
