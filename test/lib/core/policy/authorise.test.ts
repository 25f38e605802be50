import { expect, test } from 'vitest';
import * as z from 'zod';
import type { Configuration } from '../../../../lib/core/config.ts';
import { defineContract } from '../../../../lib/core/contract.ts';
import { authoriseTool, checkLimit, levelOf, nameOf } from '../../../../lib/core/policy/authorise.ts';
import type { CatalogueEntry } from '../../../../lib/core/system.ts';

const shape = {
  summary: 's',
  input: z.strictObject({}),
  output: z.strictObject({}),
  errors: [],
  examples: [{ input: {}, output: {} }],
} as const;
const entry = (contract: CatalogueEntry['contract']): CatalogueEntry => ({
  id: `erp_${contract.name}`,
  system: 'erp',
  contract,
  load: () => Promise.reject(new Error('not needed')),
});
const reading = entry(defineContract({ ...shape, name: 'get_stock', effect: 'read' }));
const writing = entry(defineContract({ ...shape, name: 'cancel_order', effect: 'update' }));
const agents: Configuration['agents'] = {
  buyer: {
    role: 'role/agents/buyer',
    grants: {
      erp: { read: 'all', write: { cancel_order: { level: 'auto', limit: { amount: '100.00', currency: 'EUR' } } } },
    },
  },
  reader: { role: 'arn:aws:iam::999988887777:role/reader', grants: { erp: { read: ['get_stock'] } } },
  nobody: { role: 'role/nobody', grants: {} },
};
const ownAccount = '111122223333';
const asked = (account: string, role: string, tool: CatalogueEntry) => () =>
  authoriseTool({ agents }, { principal: { account, role }, ownAccount, entry: tool }).agent;
const code = (expected: string) => expect.objectContaining({ code: expected });

test('an agent is its account and role name, exactly; a path is not part of what a signature proves', () => {
  expect(asked(ownAccount, 'buyer', writing)()).toBe('buyer');
  expect(asked('999988887777', 'reader', reading)()).toBe('reader');
  for (const [account, role] of [
    ['999988887777', 'buyer'],
    [ownAccount, 'reader'],
    [ownAccount, 'Buyer'],
    [ownAccount, 'buyer2'],
  ] as const)
    expect(asked(account, role, reading)).toThrowError(code('AGENT_UNKNOWN'));
});

test('what no grant names is denied', () => {
  expect(asked('999988887777', 'reader', writing)).toThrowError(code('NOT_GRANTED'));
  expect(asked(ownAccount, 'nobody', reading)).toThrowError(code('NOT_GRANTED'));
});

test('levels come from the grants', () => {
  const { buyer, nobody } = agents;
  if (!buyer || !nobody) throw new Error('no agents');
  expect([levelOf(buyer, reading), levelOf(buyer, writing), levelOf(nobody, writing)]).toEqual(['auto', 'auto', 'off']);
});

test('the limit holds to the cent and in its own currency only', () => {
  const { buyer } = agents;
  if (!buyer) throw new Error('no agent');
  checkLimit(buyer, writing, { amount: '100.00', currency: 'EUR' });
  checkLimit(buyer, writing, undefined);
  expect(() => checkLimit(buyer, writing, { amount: '100.01', currency: 'EUR' })).toThrowError(code('LIMIT_EXCEEDED'));
  expect(() => checkLimit(buyer, writing, { amount: '1.00', currency: 'JPY' })).toThrowError(code('LIMIT_EXCEEDED'));
});

test('two agents that turn out to be one role are nobody', () => {
  const twice = { first: { role: 'role/buyer' }, second: { role: `arn:aws:iam::${ownAccount}:role/buyer` } };
  expect(nameOf(twice, { account: ownAccount, role: 'buyer' }, ownAccount)).toBeUndefined();
  expect(nameOf(twice, { account: ownAccount, role: 'buyer' }, '999988887777')).toBe('second');
});

test('nobody is found under a name of Object.prototype', () => {
  expect(nameOf({}, { account: '', role: '' }, '')).toBeUndefined();
});
