import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCreditMemoRequest } from '../../contracts/create-credit-memo-request.ts';
import { createVendor } from '../../contracts/create-vendor.ts';
import { reserveStock } from '../../contracts/reserve-stock.ts';
import { type AskingAbout, brief, materialNow } from '../../lib/core/approval/brief.ts';
import type { Dossier } from '../../lib/core/approval/dossier.ts';
import type { PolicyContext } from '../../lib/core/approval/policy-facts.ts';
import type { CatalogueEntry } from '../../lib/core/system.ts';
import { type Connected, systems } from './systems.ts';

const now = Date.UTC(2026, 10, 21, 12);
const policy: PolicyContext = {
  settings: {
    currency: 'EUR',
    rates: { USD: { rate: '0.9137', asOf: '2026-11-20' }, JPY: { rate: '0.0062', asOf: '2026-01-02' } },
    signIn: { kind: 'totp' },
    mailFrom: 'countersign@example.com',
  },
  limit: { amount: '50000', currency: 'EUR' },
  total: undefined,
};
const line = (item: string, value: string, amount: string, currency = 'EUR') => ({
  item,
  quantity: { value, unit: 'C62' },
  unitPrice: { amount, currency, per: { quantity: '10', unit: 'C62' } },
  deliveryDate: '2099-03-15',
  site: '1010',
});
const order = (...lines: ReturnType<typeof line>[]) => ({ supplier: '17300001', currency: 'EUR', lines });

describe.each(systems)('what an approver is told about writes in %s', (_, start) => {
  let system: Connected;
  let failures: string[];
  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system.close());
  beforeEach(() => {
    failures = [];
  });

  const entryOf = async (name: string): Promise<CatalogueEntry> => {
    const tool = await system.tool(name);
    return { id: `erp_${name}`, system: 'erp', contract: tool.contract, load: async () => tool };
  };
  const asking = async (name: string, input: unknown): Promise<AskingAbout> => {
    const reads = ['get_supplier', 'get_purchase_history', 'get_stock', 'find_open_supply', 'get_purchase_order'];
    reads.push('get_invoice', 'get_sales_order', 'get_delivery');
    return {
      entry: await entryOf(name),
      input,
      reads: new Map(await Promise.all(reads.map(async (each) => [each, await entryOf(each)] as const))),
      call: { client: system.readClient, organisation: system.organisation, today: '2026-11-21', patience: 5000 },
      now: () => now,
      failed: (contract) => failures.push(contract),
    };
  };
  const told = async (name: string, input: unknown, more: Partial<PolicyContext> = {}) =>
    brief({ ...(await asking(name, input)), policy: { ...policy, ...more } });
  const factOf = ({ facts }: Pick<Dossier, 'facts'>, label: string) => facts.find((each) => each.label === label);

  const toldOrder = (...given: Parameters<typeof order>) => told('create_purchase_order', order(...given));

  test('an order says who supplies it, how it stands against the last ones, and what is there already', async () => {
    const dossier = await told('create_purchase_order', order(line('RM-6204', '2000', '90')), { total: '31000.5' });
    expect(failures).toEqual([]);
    expect(dossier).toMatchObject({
      action: 'Order for EUR 18,000.00',
      headline: 'PO EUR 18,000.00 - Norland Bearings - 2000 C62 RM-6204',
      material: { 'supplier blocked': 'false' },
      lines: [
        ['RM-6204', '2000 C62', 'EUR 90.00 per 10 C62', expect.stringContaining('above the last order'), ...rest],
      ],
    });
    expect(dossier.facts).toEqual([
      { label: 'Supplier', value: 'Norland Bearings (17300001)', untrusted: true, asOf: now },
      { label: 'Supplier since', value: expect.stringMatching(/^2021-04-01, 5 years, first order \d{4}-/), asOf: now },
      { label: 'Supplier blocked', value: 'no', asOf: now },
      {
        ...{ label: 'Price of RM-6204', asOf: now, warning: true },
        value: expect.stringMatching(
          /^EUR 90\.00 per 10 C62: [\d.]+ % above the last order; the last 5 cost EUR [\d.]+ to EUR [\d.]+$/,
        ),
      },
      { label: 'Last prices of RM-6204', value: expect.stringMatching(/(.*EUR [\d.]+ per 10 C62; ){4}/), asOf: now },
      { label: 'Stock of RM-6204', value: '140 C62, 25 C62 reserved', asOf: now },
      { label: 'Already ordered or requested', value: supply, asOf: now },
      { label: 'Limit of a call', value: 'EUR 50,000; this one stays EUR 32,000 below it' },
      { label: 'In the last 24 hours', value: 'EUR 31,000.50 from this agent to the same party, with this call' },
    ]);
  });
  const supply = expect.stringMatching(/^\d+ C62 ordered, \d+ C62 requested$/);
  const rest = ['140 C62, 25 C62 reserved', supply, '2099-03-15', '1010'];

  test('an order names the allocations that it uses up, each once', async () => {
    const [one, two] = ['T00000000001', 'T00000000002'].map((reference) => `cost_center.4711.2026.${reference}`);
    const lines = [line('RM-6204', '10', '40'), { ...line('RM-6204', '20', '40'), budgetAllocation: two }];
    const dossier = await told('create_purchase_order', { ...order(...lines), budgetAllocation: one });
    const named = dossier.facts.filter(({ label }) => label === 'Budget allocation');
    expect(named.map(({ value }) => value)).toEqual([one, two]);
  });

  test('a price below the last ones needs no second look', async () => {
    const price = factOf(await toldOrder(line('RM-6204', '10', '40')), 'Price of RM-6204');
    expect(price?.value).toMatch(/^EUR 40\.00 per 10 C62: \d+\.\d % below the last order/);
    expect(price?.warning).toBeUndefined();
  });

  test('of several lines the dearest is looked at first, and no more than three are looked up', async () => {
    const given = ['RM-6204', 'RM-7208', 'RM-7209', 'RM-6205'].map((item, n) => line(item, String(10 * (n + 1)), '1'));
    const dossier = await toldOrder(...given);
    expect(dossier.headline).toContain('40 C62 RM-6205 and 3 more');
    expect(dossier.lines.map((cells) => cells.includes('not known'))).toEqual([true, false, false, false]);
  });

  test('a blocked supplier is seen at once, and what the approval stands on', async () => {
    const dossier = await told('create_purchase_order', {
      ...order(line('RM-6204', '10', '48')),
      supplier: '17300019',
    });
    expect(factOf(dossier, 'Supplier blocked')).toMatchObject({ value: 'purchasing', warning: true });
    expect(dossier.material).toEqual({ 'supplier blocked': 'true' });
  });

  test.each([
    ['USD', { label: 'In EUR', value: 'EUR 91.37, at 0.9137 of 2026-11-20', asOf: Date.UTC(2026, 10, 20) }],
    ['JPY', { label: 'In EUR', value: 'EUR 0.62, at 0.0062 of 2026-01-02', asOf: Date.UTC(2026, 0, 2), warning: true }],
    ['CHF', { label: 'In EUR', value: 'not known: there is no rate from CHF', warning: true }],
  ])('%s is told in the currency of the company too, with the rate and its day', async (currency, fact) => {
    const dossier = await told('create_purchase_order', { ...order(line('RM-6204', '10', '100', currency)), currency });
    expect(dossier.facts[0]).toEqual(fact);
    expect(factOf(dossier, 'Price of RM-6204')?.value).toContain('no earlier order to compare with');
  });

  test('what the system does not tell is not known; nothing else is said of it, and of no age', async () => {
    const dossier = await told('create_purchase_order', { ...order(line('NO-SUCH', '10', '1')), supplier: '99' });
    expect(failures.toSorted()).toEqual(['find_open_supply', 'get_purchase_history', 'get_stock', 'get_supplier']);
    expect(factOf(dossier, 'Supplier')).toEqual({
      label: 'Supplier',
      value: '99 (the ERP did not answer)',
      warning: true,
    });
    expect(factOf(dossier, 'Stock of NO-SUCH')).toEqual({ label: 'Stock of NO-SUCH', value: 'not known' });
    expect(factOf(dossier, 'Last prices of NO-SUCH')).toEqual({ label: 'Last prices of NO-SUCH', value: 'not known' });
    expect(dossier.material).toEqual({});
  });

  test('what the approval stands on is read again alone; a system that is away has changed nothing of it', async () => {
    const again = async (input: object) => {
      const { mapError } = system.connector;
      return materialNow({ ...(await asking('create_purchase_order', input)), mapError });
    };
    const asked = order(line('NO-SUCH', '10', '1'));
    expect(await again(asked)).toEqual({ 'supplier blocked': 'false' });
    expect(await again({ ...asked, supplier: '99' })).toEqual({});
    expect(failures).toEqual(['get_supplier']);
    await system.fault({ fault: 'unavailable-503', entity: 'A_Supplier', method: 'GET', times: 9 });
    await expect(again(asked)).rejects.toMatchObject({ code: 'SYSTEM_UNAVAILABLE', applied: 'no' });
    await system.calm();
  });

  test('a change of a price shows what is and what would be, and stands on what was read', async () => {
    const unitPrice = { amount: '18.10', currency: 'EUR', per: { quantity: '1', unit: 'C62' } };
    const dossier = await told('update_purchase_order_price', {
      ...{ order: '4500000284', line: '10', unitPrice, reason: 'Agreed by telephone' },
    });
    const line = dossier.lines.find(([what]) => what === 'Price');
    const [, old] = line ?? [];
    expect(line).toEqual(['Price', expect.stringMatching(/^EUR [\d.]+ per 1 C62$/), 'EUR 18.10 per 1 C62']);
    expect(dossier).toMatchObject({
      action: 'Change a price to EUR 18.10 per 1 C62',
      headline: `PO 4500000284 line 10 - ${old} becomes EUR 18.10 per 1 C62`,
      lineHeadings: ['Line 10', 'Now', 'After'],
      note: 'Agreed by telephone',
      material: { 'line 10: received': '0 C62', 'line 10: invoiced': '0 C62' },
    });
    const pieces = Number(dossier.lines.find(([what]) => what === 'Ordered')?.[1]?.split(' ')[0]);
    const value = (pieces * 18.1).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',');
    expect(dossier.lines).toContainEqual(['Value', expect.stringMatching(/^EUR /), `EUR ${value}`]);
  });

  test('a cancellation shows what goes, and what was received of it', async () => {
    const reason = 'No longer needed';
    const one = await told('cancel_purchase_order', { order: '4500000284', lines: ['20'], reason });
    expect(one.action).toMatch(/^Cancel line 20 of order 4500000284 worth EUR [\d,]+\.\d\d$/);
    expect(one.lines.map(([line]) => line)).toEqual(['20']);
    const whole = await told('cancel_purchase_order', { order: '4500000284', reason });
    expect(whole.lines.length).toBeGreaterThan(1);
    expect(factOf(whole, 'The supplier has it')).toMatchObject({ value: expect.stringMatching(/^(yes|no|the ERP)/) });
    expect(Object.keys(whole.material)).toContain('line 10: received');
    expect(await told('cancel_purchase_order', { order: '99', reason })).toMatchObject({ lines: [], material: {} });
  });

  test('a reservation shows what is free and for what it is taken', async () => {
    const { mustBeAvailable = true, ...asked } = reserveStock.examples[0].input;
    const dossier = await told('reserve_stock', { ...asked, mustBeAvailable, expiresOn: '2099-04-01' });
    expect(dossier.action).toBe('Reserve 20 C62 RM-6204 at 1010');
    expect(factOf(dossier, 'For')?.value).toBe('cost center 10101101');
    expect(factOf(dossier, 'Stock of RM-6204')?.value).toBe('140 C62, 25 C62 reserved');
    expect(dossier.next).toContain('planning sees it as demand');
  });

  test('a new vendor shows no more of its tax ids and its mail than can be recognised', async () => {
    const { taxIds: _, ...asked } = createVendor.examples[0].input;
    const dossier = await told('create_vendor', createVendor.input.parse(createVendor.examples[0].input));
    expect(factOf(dossier, 'Tax ids')?.value).toBe('vat ********980');
    expect(factOf(dossier, 'Mail goes to')?.value).toBe('sollberg.example');
    expect(JSON.stringify(dossier)).not.toMatch(/811907980|orders@/);
    const nameless = await told('create_vendor', createVendor.input.parse(asked));
    expect(factOf(nameless, 'Tax ids')).toMatchObject({ value: 'none is given', warning: true });
  });

  test('a block shows whom it hits', async () => {
    const dossier = await told('block_vendor', {
      supplier: '17300001',
      scopes: ['payment'],
      reason: 'Account changed',
    });
    expect(dossier).toMatchObject({ action: 'Block supplier 17300001 for payment', note: 'Account changed' });
    expect(factOf(dossier, 'Supplier')?.value).toBe('Norland Bearings (17300001)');
    expect(dossier.material).toEqual({ 'supplier blocked': 'false' });
  });

  test('a requisition shows what is there and what is on its way', async () => {
    const { unitPrice: _, ...wanted } = line('RM-6204', '60', '1');
    const dossier = await told('create_purchase_requisition', { lines: [wanted], requester: 'JDOE' });
    expect(dossier.action).toBe('Ask purchasing for 60 C62 RM-6204');
    expect(factOf(dossier, 'Stock of RM-6204')?.value).toBe('140 C62, 25 C62 reserved');
    expect(factOf(dossier, 'Requested by')).toEqual({ label: 'Requested by', value: 'JDOE', untrusted: true });
  });

  test('a credit shows what was invoiced and paid, and what can still be credited', async () => {
    const dossier = await told('create_credit_memo_request', createCreditMemoRequest.examples[0].input);
    expect(dossier).toMatchObject({
      action: 'Request a credit of EUR 119.00 for invoice 90000001',
      lines: [['10', 'FG-1001', 'EUR 119.00', 'EUR 2,975.00', 'EUR 2,975.00']],
      material: { 'refundable of line 10': '2975.00' },
    });
    expect(factOf(dossier, 'Paid')).toEqual({ label: 'Paid', value: 'EUR 3,124.94', asOf: now });
    expect(dossier.next).toContain('Money moves only when people bill it');
  });

  test('a delivery shows what the order still wants, a goods issue what leaves', async () => {
    const named = [{ line: '10', quantity: { value: '5', unit: 'C62' } }];
    const delivery = await told('create_outbound_delivery', { order: '496', lines: named, allowPartial: false });
    expect(delivery.lines).toEqual([['10', 'RM-6204', '1010', '5 C62', '20 C62', '20 C62']]);
    expect(delivery.material).toEqual({ 'open of line 10': '20 C62' });
    const blocked = await told('create_outbound_delivery', { order: '1', allowPartial: false });
    expect(factOf(blocked, 'Block: delivery')).toMatchObject({ value: '01', warning: true });
    const issue = await told('post_goods_issue', { delivery: '80000003' });
    expect(issue).toMatchObject({
      action: 'Post the goods issue of delivery 80000003',
      lines: [['10', '498', 'RM-6204', '', '20 C62']],
    });
    expect(factOf(issue, 'Picking')?.value).toBe('done');
  });
});
