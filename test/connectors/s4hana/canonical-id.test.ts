import { expect, test } from 'vitest';
import { canonicalId } from '../../../connectors/s4hana/canonical-id.ts';

test.each([
  ['supplier', '0017300001', '17300001'],
  ['item', '000000000000000100', '100'],
  ['item', 'rm-6204', 'RM-6204'],
  ['item', '0', '0'],
  ['item', '007-A', '007-A'],
  ['line', '00010', '10'],
  ['purchase_order', '4500000001', '4500000001'],
  ['sales_order', '0000000001', '1'],
  ['site', '0001', '0001'],
  ['storage_location', '101a', '101A'],
])('%s %s is %s', (kind, given, canonical) => {
  expect(canonicalId(kind, given)).toBe(canonical);
  expect(canonicalId(kind, canonical)).toBe(canonical);
});
