import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { announceShipment } from '../../contracts/announce-shipment.ts';
import { openPortalAccount } from '../../contracts/open-portal-account.ts';
import { carryOut } from './carry-out.ts';
import { type Connected, startPortal } from './systems.ts';

let portal: Connected;
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(() => portal.close());

const answer = z.looseObject({ account: z.string().default(''), version: z.string() });
let calls = 0;
const call = async (name: string, input: unknown) => {
  const reference = `LP${String(++calls).padStart(10, '0')}`;
  return answer.parse(await carryOut(portal, name, input, { reference }));
};
const refusal = (name: string, input: unknown) =>
  call(name, input).then(
    () => 'done',
    (error: { code: string; facts: { systemCode?: string } }) => [error.code, error.facts.systemCode].join(' ').trim(),
  );
const [{ input: person }] = openPortalAccount.examples;
const open = (email: string) => call('open_portal_account', { ...person, email });
const read = ({ account }: { account: string }) => call('get_portal_account', { account });
const closing = ({ account }: { account: string }) => ({ account, reason: 'a test' });

test.each([
  'get_portal_account',
  'open_portal_account',
  'close_portal_account',
  'send_portal_invitation',
])('%s answers its first example, in the shape of its contract', async (name) => {
  const { contract } = await portal.tool(name);
  await expect(call(name, contract.examples[0].input)).resolves.toBeDefined();
});

test('an account is opened without anybody being told', async () => {
  const account = await open('Nobody.Told@supplier.example');
  expect(account).toMatchObject({ accountStatus: 'created', email: 'nobody.told@supplier.example', deviations: [] });
  expect(await read(account)).toMatchObject({ invitation: { state: 'none' }, sessions: 0 });
});

test('an address that is in use, whatever its case, and a supplier that nobody knows are refused by name', async () => {
  await open('twice@supplier.example');
  const asked = { ...person, email: 'TWICE@supplier.example' };
  expect(await refusal('open_portal_account', asked)).toBe('EMAIL_IN_USE EMAIL_IN_USE');
  const unknown = { ...person, email: 'new@supplier.example', supplier: '99000001' };
  expect(await refusal('open_portal_account', unknown)).toBe('SUPPLIER_UNKNOWN SUPPLIER_UNKNOWN');
});

test('a closed account lets nobody in, withdraws its invitation, and frees its address', async () => {
  const account = await open('closed@supplier.example');
  await call('send_portal_invitation', { account: account.account });
  expect(await call('close_portal_account', closing(account))).toMatchObject({
    ...{ accountStatus: 'disabled', status: 'closed', invitationWithdrawn: true },
  });
  expect(await read(account)).toMatchObject({ accountStatus: 'disabled', invitation: { state: 'withdrawn' } });
  expect(await refusal('send_portal_invitation', { account: account.account })).toBe('STALE_STATE');
  await open('closed@supplier.example');
});

test('an account whose person still has to confirm an order is not closed', async () => {
  expect(await refusal('close_portal_account', closing({ account: 'A-1000002' }))).toBe(
    'REFUSED_BY_SYSTEM OPEN_ORDER_CONFIRMATION',
  );
  expect(await read({ account: 'A-1000002' })).toMatchObject({ accountStatus: 'active', openConfirmations: 1 });
});

test('a change names the version that it was decided on, and an unknown account is told apart', async () => {
  const account = await open('version@supplier.example');
  await call('send_portal_invitation', { account: account.account });
  const stale = { ...closing(account), expectedVersion: account.version };
  expect(await refusal('close_portal_account', stale)).toBe('STALE_STATE');
  for (const [name, input] of [
    ['close_portal_account', closing({ account: 'A-9' })],
    ['send_portal_invitation', { account: 'A-9' }],
    ['get_portal_account', { account: 'A-9/../A-1000001' }],
  ] as const)
    expect(await refusal(name, input)).toBe('NOT_FOUND NOT_FOUND');
});

test('a record that somebody edits is locked, and the key that only reads changes nothing', async () => {
  const account = await open('locked@supplier.example');
  await portal.fault({ fault: 'document-locked' });
  expect(await refusal('close_portal_account', closing(account))).toBe('DOCUMENT_LOCKED RECORD_LOCKED');
  const reading = { ...portal, writeClient: portal.readClient };
  await expect(carryOut(reading, 'close_portal_account', closing(account))).rejects.toMatchObject({
    code: 'NOT_AUTHORISED_IN_ERP',
  });
});

test('a customer is told about deliveries in one mail', async () => {
  const [{ input }] = announceShipment.examples;
  expect(await call('announce_shipment', input)).toMatchObject({ deliveries: input.deliveries, order: '1' });
  expect(await refusal('announce_shipment', { ...input, customer: '99000001' })).toBe('NOT_FOUND CUSTOMER_UNKNOWN');
});

test('a key that is refused is read again, and a portal that still refuses it cannot be signed in to', async () => {
  await portal.fault({ fault: 'key-refused' });
  expect(await refusal('get_portal_account', { account: 'A-1000001' })).toBe('AUTH_FAILED');
  expect(await refusal('get_portal_account', { account: 'A-1000001' })).toBe('done');
});

test('a check proves the key and that references are found', async () => {
  const findings = await portal.connector.check(portal.readClient, AbortSignal.timeout(5_000));
  expect(findings).toEqual([
    { what: 'key', ok: true, detail: 'signed in as countersign (read), to read' },
    { what: 'accounts', ok: true, detail: 'found by their reference' },
    { what: 'announcements', ok: true, detail: 'found by their reference' },
  ]);
});
