import { expect, test } from 'vitest';
import { recheckPolicy } from '../../../../lib/core/policy/recheck.ts';
import { catalogueOf } from '../../../../lib/core/system.ts';
import { configurationOf } from '../../../explore/configuration.ts';
import { modelConnector, otherTools } from '../../../explore/model-connector.ts';
import { draftOf } from '../operation/memory-operations.ts';

const account = '111122223333';
const waited = draftOf('o', 0, { tool: 'erp_create_order', input: JSON.stringify({ item: 'bolt', price: '1.00' }) });

test('what a contract no longer takes is not carried out as it was asked for', () => {
  const recheck = (configuration = configurationOf(modelConnector())): void => {
    const [entry] = catalogueOf(configuration.systems);
    if (entry) recheckPolicy(waited, entry, { configuration, account, today: '2026-06-01' });
  };
  expect(() => recheck()).not.toThrow();
  const stricter = configurationOf(modelConnector(), { tools: otherTools['a stricter create'] });
  expect(() => recheck(stricter)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
});
