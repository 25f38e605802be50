import { expect, test } from 'vitest';
import { type Approval, decide } from '../../../../lib/core/approval/approval.ts';
import { passOn, standInsOf } from '../../../../lib/core/approval/delegation.ts';
import { roundOf } from './memory-approvals.ts';

const at = 1_000;
const person = (name: string, limit?: string) => ({ name, email: `${name}@example.com`, ...(limit && { limit }) });
const approvers = Object.fromEntries(
  ['anna', 'ben', 'carla', 'dora', 'emil'].map((name) => [name, person(name)] as const),
);
const pass = (approval: Approval, to: string, from = 'anna') => passOn(approval, { from, to, approvers, at });
const passed = (approval: Approval, to: string, from = 'anna'): Approval => {
  const change = pass(approval, to, from);
  if (typeof change === 'string') throw new Error(change);
  return { ...approval, ...change } as Approval;
};

test('who is passed a question is asked in place of who passed it on, and somebody has to tell them', () => {
  const round = passed(roundOf({}), 'carla');
  expect(round).toMatchObject({ of: ['carla', 'ben'], passedOn: [{ from: 'anna', to: 'carla', at }], again: true });
  expect(decide(round, { approver: 'anna', verdict: 'approve', at })).toBe('not_asked');
  expect(decide(round, { approver: 'carla', verdict: 'approve', at })).toMatchObject({ status: 'approved' });
});

test('a question that came from somebody else goes no further, and does not come back', () => {
  const round = passed(roundOf({}), 'carla');
  expect(pass(round, 'dora', 'carla')).toBe('passed_on');
  expect(pass(round, 'anna', 'ben')).toBe('asked');
});

test('nobody gets it who must not decide it, is asked already, or is no approver', () => {
  const round = roundOf({ never: ['dora'] });
  expect(pass(round, 'dora')).toBe('excluded');
  expect(pass(round, 'ben')).toBe('asked');
  expect(pass(round, 'anna')).toBe('asked');
  for (const nobody of ['mallory', 'constructor', '__proto__']) expect(pass(round, nobody)).toBe('no_approver');
});

test('who has answered, was not asked or comes too late passes nothing on', () => {
  const said = { approver: 'anna', verdict: 'approve' as const, at };
  expect(pass(roundOf({ need: 2, decisions: [said] }), 'carla')).toBe('already_said');
  expect(pass(roundOf({}), 'emil', 'carla')).toBe('not_asked');
  expect(pass(roundOf({ expiresAt: at }), 'carla')).toBe('expired');
  expect(pass(roundOf({ status: 'withdrawn' }), 'carla')).toBe('settled');
});

test('the smaller limit of the two counts', () => {
  const limited = { ...approvers, carla: person('carla', '500') };
  const to = (value: string | undefined, from = 'anna') =>
    passOn(roundOf({ ...(value && { value }) }), { from, to: 'carla', approvers: limited, at });
  expect(to('500.00')).toMatchObject({ of: ['carla', 'ben'] });
  expect(to('500.01')).toBe('above_limit');
  expect(to(undefined)).toBe('above_limit');
  const lowered = { ...approvers, anna: person('anna', '400') };
  expect(passOn(roundOf({ value: '500' }), { from: 'anna', to: 'carla', approvers: lowered, at })).toBe('above_limit');
});

test('the list of those who may holds nobody else', () => {
  expect(standInsOf(roundOf({ never: ['dora'] }), { from: 'anna', approvers })).toEqual(['carla', 'emil']);
});

test('one person cannot stand for two', () => {
  const round = passed(roundOf({ need: 2 }), 'carla');
  expect(pass(round, 'carla', 'ben')).toBe('asked');
});

test('a limit counts for all that the agent commits within the day', () => {
  const limited = { ...approvers, carla: person('carla', '500') };
  const to = (total: string) =>
    passOn(roundOf({ value: '100', total }), { from: 'anna', to: 'carla', approvers: limited, at });
  expect(to('500')).toMatchObject({ of: ['carla', 'ben'] });
  expect(to('500.01')).toBe('above_limit');
});
