import { expect, test } from 'vitest';
import { type Asked, requirementFor } from '../../../../lib/core/approval/requirement.ts';

const asked = (overrides: Partial<Asked> = {}): Asked => ({
  tiers: [
    { above: '10000', need: 2, of: ['anna', 'ben', 'carl'], within: 24 },
    { above: '1000', need: 1, of: ['anna', 'ben'], within: 72 },
  ],
  settings: {
    currency: 'EUR',
    rates: { USD: { rate: '0.9', asOf: '2026-06-01' } },
    signIn: { kind: 'totp' },
    mailFrom: 'countersign@example.com',
  },
  approvers: {
    anna: { name: 'Anna', email: 'anna@example.com' },
    ben: { name: 'Ben', email: 'ben@example.com', limit: '5000' },
    carl: { name: 'Carl', email: 'carl@example.com' },
  },
  amount: { amount: '2000.00', currency: 'EUR' },
  owner: undefined,
  ...overrides,
});
const eur = (amount: string) => ({ amount: { amount, currency: 'EUR' } });

test('a call up to the lowest threshold needs nobody', () => {
  expect(requirementFor(asked(eur('1000.00')))).toBeUndefined();
  expect(requirementFor(asked(eur('1000.01')))?.need).toBe(1);
});

test('the highest tier that the amount is above decides', () => {
  expect(requirementFor(asked(eur('10000.00')))?.need).toBe(1);
  expect(requirementFor(asked(eur('10000.01')))?.need).toBe(2);
});

test('other currencies are converted exactly; without a rate the highest tier asks', () => {
  expect(requirementFor(asked({ amount: { amount: '1111.11', currency: 'USD' } }))).toBeUndefined();
  expect(requirementFor(asked({ amount: { amount: '1111.12', currency: 'USD' } }))?.need).toBe(1);
  expect(requirementFor(asked({ amount: { amount: '1.00', currency: 'CHF' } }))?.need).toBe(2);
});

test('a call whose amount nobody knows falls under the highest tier', () => {
  expect(requirementFor(asked({ amount: undefined }))?.need).toBe(2);
});

test('nobody approves above their own limit, and an owner never for their agent', () => {
  expect(requirementFor(asked(eur('6000')))?.of).toEqual(['anna']);
  expect(requirementFor(asked({ ...eur('2000'), owner: 'anna' }))?.of).toEqual(['ben']);
  expect(requirementFor(asked({ amount: undefined }))?.of).toEqual(['anna', 'carl']);
});

test('what the agent committed within a day decides too, and is what a limit is for', () => {
  const split = asked({ ...eur('900.00'), total: '9000.5', counterparty: 'supplier 17300001' });
  expect(requirementFor(split)).toMatchObject({ need: 1, of: ['anna'], value: '900', total: '9000.5' });
  expect(requirementFor({ ...split, total: '10000.01' })?.need).toBe(2);
  expect(requirementFor({ ...split, total: '1000' })).toBeUndefined();
  expect(requirementFor(split)?.why).toBe(
    'EUR 900.00 alone is not, but with what this agent committed in the last 24 hours to supplier 17300001 it is EUR 9,000.50: above the limit of EUR 1,000 for this agent.',
  );
});

test.each([
  'carl',
  'CARL',
  ' Carl ',
  'carl@EXAMPLE.com',
  'Ｃａｒｌ',
])('whom the call names as its requester (%s) never approves it', (requester) => {
  expect(requirementFor(asked({ amount: undefined, requester }))).toMatchObject({ of: ['anna'], never: ['carl'] });
});

test('who is nobody known excludes nobody', () => {
  expect(requirementFor(asked({ amount: undefined, requester: 'JDOE' }))).toMatchObject({
    of: ['anna', 'carl'],
    never: [],
  });
});
