import { expect, test } from 'vitest';
import { ratioOf, summaryOf } from '../../bench/statistics.ts';

test('a summary is told whatever the order of the samples', () => {
  expect(summaryOf([9, 1, 3, 5])).toEqual({ count: 4, median: 4, min: 1, max: 9, p95: 9 });
  expect(summaryOf([2])).toEqual({ count: 1, median: 2, min: 2, max: 2, p95: 2 });
});

test('one slow call of twenty is not the p95, two are', () => {
  const calls = (slow: number) => [...Array(20 - slow).fill(10), ...Array(slow).fill(90)];
  expect(summaryOf(calls(1)).p95).toBe(10);
  expect(summaryOf(calls(2)).p95).toBe(90);
});

test('a ratio compares what was measured in the same round: a machine that grows slower does not count', () => {
  expect(ratioOf([20, 40, 80], [10, 20, 40])).toBe(2);
  expect(() => ratioOf([1, 2], [1])).toThrow('different rounds');
});

test('nothing measured is no summary', () => {
  expect(() => summaryOf([])).toThrow(RangeError);
});
