import { expect, test } from 'vitest';
import { failureOf, isGood, resultOf, tableOf } from '../../bench/report.ts';

const scenario = { name: 'calls', title: 'Calls', run: () => Promise.reject(new Error('not run here')) };
const measured = (...samples: number[]) => ({
  series: [
    { what: 'floor', unit: 'ms' as const, samples: samples.map((sample) => sample / 4) },
    { what: 'create', unit: 'ms' as const, samples, against: 'floor' },
  ],
  wanted: [{ what: 'create', measure: 'p95' as const, atMost: 45 }],
});

test('a report says how often something is, compared with what, and whether it is what was wanted', () => {
  const result = resultOf(scenario, measured(20, 30, 40));
  expect(result.lines[1]).toMatchObject({ what: 'create', median: 30, ratio: 4, against: 'floor' });
  expect(result.wanted).toEqual([{ what: 'create', measure: 'p95', atMost: 45, was: 40, unit: 'ms', met: true }]);
  expect(tableOf(result)).toMatch(/4\.00 x floor[\s\S]*met +create: p95 40 ms, wanted at most 45/);
});

test('a bound is met up to its last unit and missed above it', () => {
  expect(resultOf(scenario, measured(45)).wanted[0]?.met).toBe(true);
  const missed = resultOf(scenario, measured(45.5));
  expect(missed.wanted[0]?.met).toBe(false);
  expect(tableOf(missed)).toContain('MISSED');
});

test('a bound on something that was not measured is an error, not a pass', () => {
  const { series } = measured(1);
  expect(() => resultOf(scenario, { series, wanted: [{ what: 'other', measure: 'max', atMost: 1 }] })).toThrow('other');
});

test('what could not be measured is told, and is not good', () => {
  const failed = failureOf(scenario, new Error('the stack did not start'));
  expect(isGood(failed)).toBe(false);
  expect(tableOf(failed)).toContain('FAILED  the stack did not start');
  expect(isGood(resultOf(scenario, measured(10)))).toBe(true);
});
