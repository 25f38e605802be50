import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCreditMemoRequest } from '../../contracts/create-credit-memo-request.ts';
import { rejectCreditMemoRequest } from '../../contracts/reject-credit-memo-request.ts';
import { attempt, settle } from '../../lib/core/operation/attempt.ts';
import { absentAfter } from '../../lib/core/operation/operation.ts';
import { recover } from '../../lib/core/operation/recover.ts';
import { bindWrite, type Write } from '../../lib/core/operation/write.ts';
import { isCreate, isRead } from '../../lib/core/tool.ts';
import { draftOf, memoryOperations } from '../lib/core/operation/memory-operations.ts';
import { memoryPots } from '../lib/core/policy/memory-pots.ts';
import { openMeter } from '../lib/core/resilience/memory-meter.ts';
import { carryOut, reference } from './carry-out.ts';
import { type Connected, systems } from './systems.ts';

const [{ input: example }] = createCreditMemoRequest.examples;
const eur = (amount: string) => ({ amount, currency: 'EUR' });

interface Read {
  readonly invoices: readonly {
    readonly invoice: string;
    readonly paid: string;
    readonly refundable: string;
    readonly lines: readonly { line: string; credited: string; refundable: string }[];
  }[];
  readonly credited: readonly { document: string; state: string; gross: string }[];
}

describe.each(systems.slice(0, 1))('invoices and credit memo requests of %s', (_, start) => {
  let system: Connected;
  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system.close());
  const call = (name: string, input: unknown, more = {}) => carryOut(system, name, input, more);
  const invoice = async (id: string) => (await call('get_invoice', { invoice: id })) as Read;
  const refundable = async (id: string) => (await invoice(id)).invoices[0]?.refundable;
  const credit = (id: string, lines: object[], total: string) =>
    call('create_credit_memo_request', { invoice: id, lines, total: eur(total), reasonCode: 'quality' }) as Promise<{
      document: { id: string };
    }>;
  const sum = (line: string, amount: string) => ({ line, amount: eur(amount) });

  test('the examples read what was invoiced, paid and credited, by people too', async () => {
    expect(await call('get_invoice', { order: '495' })).toMatchObject({
      invoices: [
        {
          invoice: '90000001',
          gross: '3124.94',
          paid: '3124.94',
          status: 'cleared',
          lines: [
            { line: '10', order: '495', orderLine: '10', gross: '2975.00', refundable: '2975.00' },
            { line: '20', gross: '149.94' },
          ],
        },
      ],
      credited: [],
    });
    expect(await invoice('90000002')).toMatchObject({
      invoices: [{ gross: '149.94', refundable: '138.04', lines: [{ credited: '11.90', refundable: '138.04' }] }],
      credited: [{ document: '60000001', kind: 'request', invoice: '90000002', gross: '11.90', state: 'requested' }],
    });
  });

  test('what is no invoice, or was never invoiced, is told apart', async () => {
    await expect(call('get_invoice', { invoice: '99999999' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(call('get_invoice', { order: '1' })).rejects.toMatchObject({ code: 'NOT_INVOICED' });
  });

  test('the example requests a credit, blocked for billing, and its reference finds the document', async () => {
    const created = await call('create_credit_memo_request', example);
    expect(created).toMatchObject({
      status: 'in_approval',
      invoice: '90000001',
      billingBlock: '08',
      moneyMoves: 'after_billing_and_payment',
      amounts: { net: '100.00', tax: '19.00', gross: '119.00', currency: 'EUR' },
      lines: [{ line: '10', invoiceLine: '10', gross: '119.00' }],
      deviations: [],
    });
    const tool = await system.tool('create_credit_memo_request');
    if (!isCreate(tool) || tool.lookup === 'none') throw new Error('It has no lookup.');
    const { organisation, readClient: client } = system;
    const context = { client, organisation, signal: AbortSignal.timeout(5_000), reference };
    const { id } = (created as { document: { id: string } }).document;
    expect(await tool.lookup.find({ invoice: '90000001' }, context)).toEqual([id]);
    expect(await refundable('90000001')).toBe('3005.94');
  });

  test('a quantity is credited at the price of the invoice, a sum never by a cent more than was asked', async () => {
    expect(await credit('90000001', [{ line: '20', quantity: { value: '3', unit: 'C62' } }], '22.50')).toMatchObject({
      amounts: { net: '18.90', gross: '22.49' },
    });
    for (const amount of ['0.03', '0.08', '10.01', '33.33'])
      expect(
        Number(
          ((await credit('90000001', [sum('10', amount)], amount)) as never as { amounts: { gross: string } }).amounts
            .gross,
        ),
      ).toBeLessThanOrEqual(Number(amount));
    const tooLittle = credit('90000001', [sum('10', '0.01')], '0.01');
    await expect(tooLittle).resolves.toMatchObject({ amounts: { gross: '0.01' } });
  });

  test('more than was invoiced, credited or paid is refused before anything is sent', async () => {
    const before = (await system.ledger()).length;
    const refused = (id: string, lines: object[], total: string) =>
      credit(id, lines, total).then(String, (error: { code: string }) => error.code);
    expect(await refused('90000002', [sum('10', '149.95')], '149.95')).toBe('EXCEEDS_INVOICED');
    expect(await refused('90000002', [sum('10', '138.05')], '138.05')).toBe('ALREADY_CREDITED');
    expect(await refused('90000002', [{ line: '10', quantity: { value: '21', unit: 'C62' } }], '149.94')).toBe(
      'EXCEEDS_INVOICED',
    );
    expect(await refused('90000002', [{ line: '10', quantity: { value: '2', unit: 'C62' } }], '5.00')).toBe(
      'TOTAL_MISMATCH',
    );
    expect(await refused('90000002', [sum('70', '1.00')], '1.00')).toBe('NOT_INVOICED');
    expect(await refused('99999999', [sum('10', '1.00')], '1.00')).toBe('NOT_FOUND');
    const dollars = { line: '10', amount: { amount: '1.00', currency: 'USD' } };
    const inDollars = { invoice: '90000002', lines: [dollars], total: dollars.amount, reasonCode: 'quality' };
    await expect(call('create_credit_memo_request', inDollars)).rejects.toMatchObject({ code: 'CURRENCY_DIFFERS' });
    await expect(call('create_credit_memo_request', { ...example, reasonCode: 'constructor' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect((await system.ledger()).length).toBe(before);
  });

  test('of an invoice that is not, or only partly, paid no more is credited than was paid', async () => {
    await system.people('bill', { delivery: '80000005' });
    const { invoices } = (await call('get_invoice', { order: '500' })) as Read;
    const id = invoices[0]?.invoice ?? '';
    expect(invoices).toMatchObject([{ status: 'open', paid: '0.00', refundable: '0.00' }]);
    await expect(credit(id, [sum('10', '5.00')], '5.00')).rejects.toMatchObject({ code: 'EXCEEDS_PAID' });
    await system.people('pay', { invoice: id, amount: '50.00' });
    expect(await invoice(id)).toMatchObject({
      invoices: [{ status: 'partly_cleared', paid: '50.00', refundable: '50.00' }],
    });
    await expect(credit(id, [sum('10', '50.01')], '50.01')).rejects.toMatchObject({ code: 'EXCEEDS_PAID' });
    await credit(id, [sum('10', '20.00')], '20.00');
    expect(await refundable(id)).toBe('30.00');
  });

  test('requests at once, of several agents, take no more than there is, whatever becomes of their answers', async () => {
    const tool = await system.tool('create_credit_memo_request');
    if (isRead(tool)) throw new Error('It is a read.');
    const { operations, state } = memoryOperations();
    const { pots } = memoryPots(operations);
    const ground = {
      connector: system.connector,
      client: system.writeClient,
      meter: openMeter(),
      patience: 5_000,
      pots,
    };
    const write = bindWrite(tool, ground);
    const asked = { invoice: '90000002', lines: [sum('10', '40.00')], total: eur('40.00'), reasonCode: 'price' };
    const before = Number(await refundable('90000002'));
    await system.fault({ fault: 'commit-then-reset', entity: 'A_CreditMemoRequest', times: 2 });
    const ends = Array.from({ length: 12 }, async (_, n) => {
      const begin = { state: 'accepted' as const, attempts: 0, takesFrom: 'invoice 90000002' };
      const facts = { input: JSON.stringify(asked), organisation: system.organisation, reference: `LMANY${n}` };
      const { operation } = await operations.open(draftOf(`many${n}`, state.now, { ...begin, ...facts }));
      return settle(operations, await attempt(operations, write, operation));
    });
    const all = (await Promise.all(ends)).map((each) => `${each.state} ${each.reason}`);
    expect(all.filter((each) => each === 'applied undefined')).toHaveLength(3);
    expect(all.filter((each) => each === 'not_applied ALREADY_CREDITED')).toHaveLength(9);
    expect(before - Number(await refundable('90000002'))).toBe(120);
    for (const { document } of (await invoice('90000002')).credited.slice(1))
      await call('reject_credit_memo_request', { request: document, reason: 'A test' });
  });

  test('a request of several lines is rejected as a whole, and what it took can be credited again', async () => {
    const before = await refundable('90000001');
    const lines = [sum('10', '11.90'), sum('20', '1.19')];
    const { document } = await credit('90000001', lines, '13.09');
    const undo = createCreditMemoRequest.undoneBy;
    const done = { input: {} as never, output: { document } as never, today: '2026-11-21' };
    expect(await call('reject_credit_memo_request', undo?.inputFor(done))).toMatchObject({
      status: 'cancelled',
      rejectedLines: ['10', '20'],
    });
    expect(await refundable('90000001')).toBe(before);
    expect((await invoice('90000001')).credited.filter((each) => each.document === document.id)).toMatchObject([
      { state: 'cancelled' },
      { state: 'cancelled' },
    ]);
  });

  test('of a rejection that is refused half way nobody says that it had no effect: it goes to a person', async () => {
    const { document } = await credit('90000001', [sum('10', '1.19'), sum('20', '1.19')], '2.38');
    const tool = await system.tool('reject_credit_memo_request');
    if (isRead(tool)) throw new Error('It is a read.');
    const { operations, state } = memoryOperations();
    const ground = { connector: system.connector, client: system.writeClient, meter: openMeter(), patience: 5_000 };
    const bound = bindWrite(tool, ground);
    let sends = 0;
    const write: Write = {
      ...bound,
      send: (operation, { signal, permit }) =>
        bound.send(operation, {
          signal,
          permit: async () => {
            await permit();
            if (++sends === 2) await system.fault({ fault: 'document-locked', method: 'PATCH' });
          },
        }),
    };
    const input = JSON.stringify({ request: document.id, reason: 'A test' });
    const begin = { state: 'accepted' as const, attempts: 0, input, organisation: system.organisation };
    const { operation } = await operations.open(draftOf('half', state.now, begin));
    const first = await settle(operations, await attempt(operations, write, operation));
    expect([first.state, first.reason, first.attempts]).toEqual(['unknown', 'DOCUMENT_LOCKED', 2]);
    state.now = absentAfter(first.sendBy, { maxServerTime: 600_000, lookupLag: 5_000 }) + 1;
    const last = await recover(operations, write, first, { resend: true });
    expect([last.state, last.reason]).toEqual(['review', 'CHANGED_OTHERWISE']);
    // Somebody finishes it in the system, or by a new call.
    await call('reject_credit_memo_request', { request: document.id, reason: 'A test' });
  });

  test('the example rejects; what has been billed is no longer rejected, and stays credited', async () => {
    await expect(
      call('reject_credit_memo_request', { request: '60000001', reason: 'A test', expectedVersion: 'another' }),
    ).rejects.toMatchObject({ code: 'STALE_STATE' });
    const [{ input }] = rejectCreditMemoRequest.examples;
    await expect(call('reject_credit_memo_request', input)).resolves.toMatchObject({ rejectedLines: ['10'] });
    expect(await refundable('90000002')).toBe('149.94');
    const { document } = await credit('90000002', [sum('10', '11.90')], '11.90');
    await system.people('bill', { request: document.id });
    await expect(call('reject_credit_memo_request', { request: document.id, reason: 'A test' })).rejects.toMatchObject({
      code: 'ALREADY_BILLED',
      applied: 'no',
    });
    expect(await invoice('90000002')).toMatchObject({ invoices: [{ refundable: '138.04' }] });
    expect((await invoice('90000002')).credited).toContainEqual(
      expect.objectContaining({ document: document.id, state: 'posted', gross: '11.90' }),
    );
  });
});
