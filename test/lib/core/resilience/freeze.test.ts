import { expect, test } from 'vitest';
import { frozenAt } from '../../../../lib/core/resilience/freeze.ts';

const timeZone = 'Europe/Berlin';
const at = (iso: string) => Date.parse(iso);

test.each([
  ['2026-07-01T19:59:59Z', undefined],
  ['2026-07-01T20:00:00Z', '2026-07-02T00:00:00Z'],
  ['2026-07-01T23:30:15Z', '2026-07-02T00:00:00Z'],
  ['2026-07-02T00:00:00Z', undefined],
  // In winter the company is an hour closer to UTC.
  ['2026-01-15T20:30:00Z', undefined],
  ['2026-01-15T21:30:00Z', '2026-01-16T01:00:00Z'],
])('from ten to two in Berlin: %s is frozen until %s', (now, until) => {
  const frozen = frozenAt([{ daily: '22:00-02:00', reason: 'backup' }], { now: at(now), timeZone });
  expect(frozen).toEqual(until && { reason: 'backup', until: at(until) });
});

test.each([
  ['2026-12-31T16:59:59Z', undefined],
  ['2026-12-31T17:00:00Z', 'closing'],
  ['2027-01-02T06:59:59Z', 'closing'],
  ['2027-01-02T07:00:00Z', undefined],
])('between two instants: %s is frozen for %s', (now, reason) => {
  const windows = [
    { from: '2026-12-31T18:00:00+01:00', to: '2027-01-02T08:00:00+01:00', reason: 'closing' },
    { daily: '07:30-07:45', reason: 'never in question here' },
  ];
  expect(frozenAt(windows, { now: at(now), timeZone })?.reason).toBe(reason);
});

test('of two windows the one that ends last is told', () => {
  const windows = [
    { daily: '10:00-11:00', reason: 'short' },
    { from: '2026-07-01T08:00:00Z', to: '2026-07-01T20:00:00Z', reason: 'stock count' },
  ];
  expect(frozenAt(windows, { now: at('2026-07-01T08:30:00Z'), timeZone })?.reason).toBe('stock count');
});
