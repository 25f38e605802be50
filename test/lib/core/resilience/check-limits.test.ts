import { expect, test } from 'vitest';
import { configurationFor } from '../../../../lib/core/check-configuration.ts';
import { ConfigurationError } from '../../../../lib/core/configuration-error.ts';
import { erp, sample } from '../../../infra/sample.ts';

/** What is wrong with a system that says this about itself. */
function problemOf(said: object): string {
  const base = sample('production');
  const systems = { ...base.systems, erp: { ...erp, ...base.systems['erp'], ...said } };
  try {
    configurationFor(() => ({ ...base, systems }), 'production');
    return 'nothing';
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}

const limits = { perSecond: 10, concurrent: 5 };
const closing = { from: '2026-12-31T18:00:00+01:00', to: '2027-01-02T08:00:00+01:00', reason: 'closing' };

test.each<[object]>([
  [{ limits }],
  [{ limits: { ...limits, breaker: { failures: 3, slowMs: 2_000 } } }],
  [{ freeze: [closing, { daily: '22:00-02:00', reason: 'backup' }] }],
])('%j can be said of a system', (said) => {
  expect(problemOf(said)).toBe('nothing');
});

test.each<[object, RegExp]>([
  [{ limits: 'none' }, /^systems\.erp\.limits: /],
  [{ limits: { perSecond: 10 } }, /^systems\.erp\.limits\.concurrent: /],
  [{ limits: { ...limits, perSecond: 0 } }, /^systems\.erp\.limits\.perSecond: /],
  [{ limits: { ...limits, perMinute: 9 } }, /^systems\.erp\.limits\.perMinute: there is no such field/],
  [{ limits: { ...limits, breaker: { share: 2 } } }, /^systems\.erp\.limits\.breaker\.share: /],
  [{ freeze: [{ ...closing, from: 'New Year' }] }, /^systems\.erp\.freeze\.0/],
  [{ freeze: [{ ...closing, to: closing.from }] }, /^systems\.erp\.freeze\.0/],
  [{ freeze: [{ daily: '22-02', reason: 'backup' }] }, /^systems\.erp\.freeze\.0/],
  [{ freeze: [{ daily: '22:00-02:00' }] }, /^systems\.erp\.freeze\.0/],
])('%j is refused by name', (said, problem) => {
  expect(problemOf(said)).toMatch(problem);
});
