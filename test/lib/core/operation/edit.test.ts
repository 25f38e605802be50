import { expect, test } from 'vitest';
import * as z from 'zod';
import type { Configuration, WriteGrant } from '../../../../lib/core/config.ts';
import { defineContract } from '../../../../lib/core/contract.ts';
import { viewOf } from '../../../../lib/core/operation/answer.ts';
import { redrive } from '../../../../lib/core/operation/dead.ts';
import { confirmEdit, type Editing, proposeEdit } from '../../../../lib/core/operation/edit.ts';
import { type Evidence, noEvidence } from '../../../../lib/core/operation/evidence.ts';
import type { Operation } from '../../../../lib/core/operation/operation.ts';
import { toolEntry } from '../../../../lib/core/system.ts';
import { byReference, implement } from '../../../../lib/core/tool.ts';
import { draftOf, memoryOperations } from './memory-operations.ts';

const order = z.strictObject({ supplier: z.string(), amount: z.string() });
const contract = defineContract({
  ...{ name: 'create_purchase_order', effect: 'create', summary: 'A sample.', input: order, output: z.looseObject({}) },
  ...{ errors: [], examples: [{ input: { supplier: 's', amount: '1' }, output: {} }] },
  amountOf: ({ amount }) => ({ amount, currency: 'EUR' }),
  counterpartyOf: ({ supplier }) => `supplier ${supplier}`,
  aboutOf: ({ supplier }) => `supplier ${supplier}`,
  businessKey: ({ supplier }) => supplier,
  compare: () => ({ ours: true, deviations: [], exceeds: false }),
});
const entry = toolEntry(contract, async () => ({
  default: implement(contract, { run: async () => '', read: async () => ({}), lookup: byReference(async () => []) }),
}));

const tier = { need: 1, of: ['anna', 'ben'], within: 24 };
const people = ['anna', 'ben', 'carl'].map((name) => [name, { name, email: `${name}@example.com` }] as const);
const configurationWith = (grant: WriteGrant, approvals = true): Configuration => ({
  timeZone: 'UTC',
  systems: {
    erp: {
      ...{ kind: 'model', isaLevel: 4, origins: {}, settings: {}, organisation: { default: { company: '1010' } } },
      tools: [entry],
      load: () => Promise.reject(new Error('not needed')),
    },
  },
  agents: { buyer: { role: 'role/buyer', owner: 'carl', grants: { erp: { write: { [contract.name]: grant } } } } },
  operators: {},
  approvers: Object.fromEntries(people),
  ...(approvals && { approvals: { currency: 'EUR', signIn: { kind: 'totp' }, mailFrom: 'a@example.com' } }),
});

const auto: WriteGrant = { level: 'auto' };
const said = { by: 'olga', why: 'Wrong supplier.' };
const input = { supplier: 't', amount: '7' };

const nothing: Evidence = { asked: 1, finding: 'absent', reason: 'ABSENT', documents: [] };

async function dead(configuration = configurationWith(auto)) {
  const { operations, state } = memoryOperations();
  const draft = draftOf('o1', state.now, { input: '{"supplier":"s","amount":"7"}', attempts: 5 });
  await operations.open(draft);
  const current = async (id = 'o1') => (await operations.get(id)) as Operation;
  await operations.change(await current(), { state: 'dead', reason: 'ATTEMPTS_SPENT' });
  const editing: Editing = {
    ...{ configuration, account: '111122223333', stage: 'test', today: '2026-06-01', maxLength: 12 },
    entry: { id: draft.tool, system: 'erp', contract, load: () => entry.load() },
    sum: async ({ value }) => value,
  };
  const propose = async () => proposeEdit(operations, await current(), { input, said });
  const confirm = async (by = 'piet', evidence = nothing) =>
    confirmEdit(operations, await current(), { by, editing, evidence });
  return { operations, state, current, propose, confirm };
}

test('confirmed by a second operator, another operation asks people, whatever the level of the agent', async () => {
  const { current, propose, confirm } = await dead();
  await propose();
  await expect(confirm('olga')).rejects.toMatchObject({ code: 'NOT_YOURS_TO_DECIDE' });
  const edited = await confirm();
  expect(edited).toMatchObject({
    ...{ state: 'awaiting_approval', attempts: 0, editedFrom: 'o1', input: JSON.stringify(input) },
    ...{ principal: '111122223333/buyer', agent: 'buyer', organisation: { company: '1010' } },
    approval: {
      need: 1,
      of: ['anna', 'ben'],
      never: ['carl', 'olga', 'piet'],
      round: 1,
      about: 'erp supplier t',
      value: '7',
    },
  });
  const old = await current();
  expect(old).toMatchObject({ state: 'dead', editedAs: edited.id, act: { what: 'edited', by: 'piet', why: said.why } });
  expect(viewOf(old)).toMatchObject({ state: 'dead', replacedBy: edited.id });
  expect([edited.reference === old.reference, edited.digest === old.digest]).toEqual([false, false]);
  expect(edited.events).toMatchObject([{ version: 1, state: 'awaiting_approval' }]);
});

test('who approves the smallest calls approves an edit that would need nobody', async () => {
  const approval = [
    { ...tier, above: '1000', need: 2 },
    { ...tier, above: '100' },
  ];
  const { propose, confirm } = await dead(configurationWith({ level: 'approve', approval }));
  await propose();
  expect((await confirm()).approval).toMatchObject({ need: 1, of: ['anna', 'ben'], within: 24 });
});

test('what a call of the agent would need, its edit needs too', async () => {
  const approval = [
    { ...tier, above: '5', need: 2 },
    { ...tier, above: '1' },
  ];
  const { propose, confirm } = await dead(configurationWith({ level: 'approve', approval }));
  await propose();
  const { need, why } = (await confirm()).approval ?? {};
  expect([need, why]).toEqual([
    2,
    expect.stringMatching(/^Operators have changed .*: Wrong supplier. .*above the limit/),
  ]);
});

test('confirmed ten times at once, or once more after a crash in between, there is one other operation', async () => {
  const { operations, current, propose, confirm } = await dead();
  await propose();
  const seen = await current();
  await Promise.allSettled(Array.from({ length: 10 }, () => confirm()));
  const edited = await confirm();
  expect((await current()).version).toBe(seen.version + 1);
  expect((await current()).editedAs).toBe(edited.id);
  expect((await operations.get(edited.id))?.version).toBe(1);
});

test('what is replaced, or may be, is not redriven: never both are carried out', async () => {
  const { operations, current, propose, confirm } = await dead();
  await propose();
  await expect(redrive(operations, await current(), said)).rejects.toMatchObject({ code: 'STALE_STATE' });
  await confirm();
  await expect(redrive(operations, await current(), said)).rejects.toMatchObject({ code: 'STALE_STATE' });
});

test('the same content in another order of names is no edit', async () => {
  const { operations, current } = await dead();
  const same = { amount: '7', supplier: 's' };
  await expect(proposeEdit(operations, await current(), { input: same, said })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
});

test('what took effect after all is not replaced, nor what nobody can be asked about', async () => {
  const { current, propose, confirm } = await dead();
  await propose();
  await expect(confirm('piet', noEvidence(1, 'LOOKUP_FAILED'))).rejects.toMatchObject({ code: 'EVIDENCE_MISSING' });
  const documents = [{ document: '4500000007', exists: true, isNamed: true, agrees: true }];
  const late = await confirm('piet', { ...nothing, finding: 'found', documents });
  expect(late).toMatchObject({ id: 'o1', state: 'review', reason: 'LATE_EFFECT', document: '4500000007' });
  expect((await current()).editedAs).toBeUndefined();
});

test('who has changed it does not approve it', async () => {
  const { propose, confirm } = await dead();
  await propose();
  expect((await confirm('anna')).approval).toMatchObject({ of: ['ben'] });
  const approval = [{ ...tier, above: '1', need: 2 }];
  const tight = await dead(configurationWith({ level: 'approve', approval }));
  await tight.propose();
  await expect(tight.confirm('anna')).rejects.toMatchObject({ code: 'NOT_GRANTED' });
});

test.each([
  ['the agent has no grant any more', configurationWith({ level: 'off' })],
  ['it is over the limit', configurationWith({ level: 'auto', limit: { amount: '5', currency: 'EUR' } })],
  ['nobody could approve it', configurationWith(auto, false)],
])('nothing is opened where %s', async (_, configuration) => {
  const { current, propose, confirm } = await dead(configuration);
  await propose();
  await expect(confirm()).rejects.toMatchObject({ code: expect.stringMatching(/^(NOT_GRANTED|LIMIT_EXCEEDED)$/) });
  expect((await current()).editedAs).toBeUndefined();
});
