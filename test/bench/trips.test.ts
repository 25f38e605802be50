import { expect, test } from 'vitest';
import { sequentialTrips } from '../../bench/trips.ts';

const trip = (from: number, to: number) => ({ table: 'operations', action: 'PutItem', from, to });

test('trips that wait for one another count, trips at the same time count once', () => {
  expect(sequentialTrips([])).toBe(0);
  expect(sequentialTrips([trip(0, 5), trip(6, 9)])).toBe(2);
  expect(sequentialTrips([trip(0, 5), trip(1, 9)])).toBe(1);
  expect(sequentialTrips([trip(0, 20), trip(1, 4), trip(5, 8), trip(9, 12)])).toBe(3);
});
