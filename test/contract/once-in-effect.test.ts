import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { announceShipment } from '../../contracts/announce-shipment.ts';
import { createPurchaseOrder } from '../../contracts/create-purchase-order.ts';
import { createVendor } from '../../contracts/create-vendor.ts';
import { openPortalAccount } from '../../contracts/open-portal-account.ts';
import { reserveStock } from '../../contracts/reserve-stock.ts';
import { attempt, settle } from '../../lib/core/operation/attempt.ts';
import { absentAfter, type Operation } from '../../lib/core/operation/operation.ts';
import { recover } from '../../lib/core/operation/recover.ts';
import { replay } from '../../lib/core/operation/replay.ts';
import { bindWrite, type Write } from '../../lib/core/operation/write.ts';
import { isRead } from '../../lib/core/tool.ts';
import { draftOf, memoryOperations } from '../lib/core/operation/memory-operations.ts';
import { memoryPots } from '../lib/core/policy/memory-pots.ts';
import { openMeter } from '../lib/core/resilience/memory-meter.ts';
import { carryOut } from './carry-out.ts';
import { type Connected, startPortal, systems } from './systems.ts';

const [{ input: order }] = createPurchaseOrder.examples;
const onePiece = { ...reserveStock.examples[0].input, quantity: { value: '1', unit: 'C62' } };
const [{ input: person }] = openPortalAccount.examples;
const vendorNamed = (name: string) => ({ ...createVendor.examples[0].input, name, taxIds: [] });
const supplierOf = (output: unknown): string => createVendor.output.parse(output).supplier;
const approved = (year: number) => ({
  ...{ supplier: '17300002', item: 'RM-6204', site: '1010' },
  ...{ validFrom: `${year}-01-01`, validTo: `${year}-12-31` },
});
const patience = 200;

/** Faults that any request can meet, at each place where a write makes one. */
const anywhere = [
  'hang',
  'slow',
  'unavailable-503',
  'throttled-429',
  'token-revoked',
  'html-login-page-with-200',
] as const;
/** Faults of the modifying request itself. */
const ofTheSend = [
  'commit-then-reset',
  'commit-then-hang',
  'commit-then-500',
  'commit-late',
  'half-body',
  '200-and-nothing-changed',
  '201-then-missing',
  'csrf-expired',
  'document-locked',
  'reprice',
] as const;

interface Fault {
  readonly fault: string;
  readonly entity?: string;
  readonly method?: string;
  readonly ms?: number;
}
interface Trouble {
  readonly what: string;
  /** Armed before anything is sent. */
  readonly start?: Fault;
  /** Armed once the modifying request may go out. */
  readonly send?: readonly Fault[];
}

const options = (fault: string) => ({
  ...(fault === 'slow' && { ms: 2 * patience }),
  ...(fault === 'commit-late' && { ms: 60_000 }),
});
const troubles = (method: string): Trouble[] => [
  { what: 'nothing' },
  ...anywhere.flatMap((fault): Trouble[] => {
    const one = { fault, ...options(fault) };
    return [
      { what: `${fault} at the token`, start: { ...one, entity: 'oauth2/token' } },
      { what: `${fault} at the CSRF token`, start: { ...one, method: 'HEAD' } },
      { what: `${fault} at the first read`, start: { ...one, method: 'GET' } },
      { what: `${fault} at the ${method}`, start: { ...one, method } },
      { what: `${fault} at the reading back`, send: [{ ...one, method: 'GET' }] },
      {
        what: `a reset, and ${fault} at the lookup`,
        send: [
          { fault: 'commit-then-reset', method },
          { ...one, method: 'GET' },
        ],
      },
    ];
  }),
  ...ofTheSend.map((fault): Trouble => ({ what: `${fault} at the ${method}`, start: { fault, ...options(fault) } })),
];

const kinds = [
  { name: 'create_purchase_order', method: 'POST', action: 'create' },
  { name: 'update_purchase_order_price', method: 'PATCH', action: 'update' },
  { name: 'cancel_purchase_order', method: 'DELETE', action: 'delete' },
  { name: 'reserve_stock', method: 'POST', action: 'create' },
  { name: 'release_stock', method: 'PATCH', action: 'update' },
  { name: 'create_vendor', method: 'POST', action: 'create' },
  { name: 'block_vendor', method: 'PATCH', action: 'update' },
  { name: 'add_approved_supplier', method: 'POST', action: 'create' },
  { name: 'remove_approved_supplier', method: 'PATCH', action: 'update' },
  { name: 'create_credit_memo_request', method: 'POST', action: 'create' },
  { name: 'reject_credit_memo_request', method: 'PATCH', action: 'update' },
  { name: 'create_outbound_delivery', method: 'POST', action: 'create' },
  { name: 'reverse_outbound_delivery', method: 'DELETE', action: 'delete' },
  { name: 'post_goods_issue', method: 'POST', action: 'PostGoodsIssue' },
] as const;
/** Those of a portal, whose requests are signed by a key and need no tokens. */
const ofPortals = [
  { name: 'open_portal_account', method: 'POST', action: 'create' },
  { name: 'close_portal_account', method: 'PATCH', action: 'disable' },
  { name: 'send_portal_invitation', method: 'POST', action: 'invite' },
  { name: 'announce_shipment', method: 'POST', action: 'create' },
] as const;
type Kind = (typeof kinds | typeof ofPortals)[number];
const withoutTokens: readonly Kind[] = ofPortals;
/** Writes that meet everything; the others, whose requests are made in the same way, meet what is most likely to tell them apart. */
const thorough: readonly Kind['name'][] = [
  'create_purchase_order',
  'update_purchase_order_price',
  'cancel_purchase_order',
];
const telling =
  /^(nothing|commit-then-reset|commit-late|half-body|document-locked|(200|201)-\S+|\S+-503 at the (first|reading).*|hang at the (first|reading).*|a reset, and (hang|slow) .*)( at the P.*)?$/;
const met = (kind: Kind) =>
  troubles(kind.method)
    .filter(({ what }) => thorough.includes(kind.name) || telling.test(what))
    .filter(({ what }) => !withoutTokens.includes(kind) || !/token|csrf|reprice/i.test(what));
const aCredit = {
  ...{ invoice: '90000001', lines: [{ line: '10', amount: { amount: '1.19', currency: 'EUR' } }] },
  ...{ total: { amount: '1.19', currency: 'EUR' }, reasonCode: 'quality' },
};
const onePieceOfOrder = { order: '496', lines: [{ line: '10', quantity: { value: '1', unit: 'C62' } }] };
const newPrice = { line: '10', unitPrice: { amount: '44', currency: 'EUR', per: { quantity: '10', unit: 'C62' } } };

/** Beside a first system, others show the create only. */
const places: readonly { name: string; start: () => Promise<Connected>; writes: readonly Kind[] }[] = [
  ...systems.map(([name, start], n) => ({ name, start, writes: n === 0 ? kinds : kinds.slice(0, 1) })),
  { name: 'a partner portal', start: startPortal, writes: ofPortals },
];

describe.each(places)('writes to $name in trouble', ({ start, writes }) => {
  let system: Connected;
  beforeAll(async () => {
    system = await start();
  });
  afterAll(() => system.close());

  const made = async (contract: string, input: unknown): Promise<string> => {
    const created = await carryOut(system, contract, input, { reference: 'LANYONE00001' });
    return (created as { document: { id: string } }).document.id;
  };
  /** A name that nothing in this system has. */
  const word = async () => `Number ${(await system.ledger()).length}`;
  /** A year in which nobody is approved. */
  const year = async () => 2100 + (await system.ledger()).length;
  const anAccount = async () => made('open_portal_account', await inputs.open_portal_account());
  /** A delivery of one piece, once those that were made before and not begun are taken back: the order has few. */
  const aDelivery = async () => {
    const ledger = (await system.ledger()).filter(({ entity }) => entity === 'A_OutbDeliveryHeader');
    const gone = ledger.filter(({ action }) => action === 'delete').map(({ key }) => key);
    for (const { key } of ledger.filter((each) => !gone.includes(each.key)))
      await carryOut(system, 'reverse_outbound_delivery', { deliveries: [key], reason: 'a test' }).catch((error) => {
        if (error.code !== 'DELIVERY_STARTED') throw error;
      });
    return onePieceOfOrder;
  };
  const inputs: Record<Kind['name'], () => Promise<object>> = {
    create_credit_memo_request: async () => aCredit,
    reject_credit_memo_request: async () => ({
      ...{ request: await made('create_credit_memo_request', aCredit), reason: 'a test' },
    }),
    create_outbound_delivery: aDelivery,
    reverse_outbound_delivery: async () => ({
      ...{ deliveries: [await made('create_outbound_delivery', await aDelivery())], reason: 'a test' },
    }),
    post_goods_issue: async () => {
      const delivery = await made('create_outbound_delivery', await aDelivery());
      await system.people('pick', { delivery });
      return { delivery };
    },
    create_purchase_order: async () => order,
    update_purchase_order_price: async () => ({
      ...{ order: await made('create_purchase_order', order), reason: 'a test', ...newPrice },
    }),
    cancel_purchase_order: async () => ({ order: await made('create_purchase_order', order), reason: 'a test' }),
    reserve_stock: async () => onePiece,
    open_portal_account: async () => ({ ...person, email: `${(await word()).replace(' ', '-')}@supplier.example` }),
    close_portal_account: async () => ({ account: await anAccount(), reason: 'a test' }),
    send_portal_invitation: async () => ({ account: await anAccount() }),
    announce_shipment: async () => announceShipment.examples[0].input,
    create_vendor: async () => vendorNamed(await word()),
    block_vendor: async () => ({
      supplier: supplierOf(await carryOut(system, 'create_vendor', vendorNamed(await word()))),
      ...{ scopes: ['purchasing', 'payment'], reason: 'a test' },
    }),
    add_approved_supplier: async () => approved(await year()),
    remove_approved_supplier: async () => {
      const free = await year();
      await carryOut(system, 'add_approved_supplier', approved(free));
      const { validTo: _, ...entry } = approved(free);
      return { ...entry, endsOn: `${free}-06-30`, reason: 'a test' };
    },
    release_stock: async () => ({ reservation: await made('reserve_stock', onePiece), reason: 'a test' }),
  };

  describe.each(writes)('$name', (kind) => {
    const { name, action } = kind;
    test.each(met(kind))('$what: one effect at most, and the truth about it', async (trouble) => {
      await system.calm();
      const tool = await system.tool(name);
      if (isRead(tool)) throw new Error(`${name} is a read.`);
      const input = tool.contract.input.parse(await inputs[name]());
      const before = (await system.ledger()).length;
      const effects = async () => (await system.ledger()).slice(before).filter((each) => each.action === action).length;
      const { operations, state } = memoryOperations();
      const { pots } = memoryPots(operations);
      const ground = {
        connector: system.connector,
        client: system.newWriteClient(),
        meter: openMeter(),
        patience,
        pots,
      };
      const write = armedBy(bindWrite(tool, ground), system, trouble);

      const { organisation } = system;
      const begin = write.needsBefore ? { state: 'accepted' as const, attempts: 0 } : {};
      const draft = draftOf(`${name}`, state.now, { input: JSON.stringify(input), organisation, ...begin });
      const { operation } = await operations.open({ ...draft, reference: referenceOf(before) });
      if (trouble.start) await system.fault(trouble.start);
      const first = await settle(operations, await attempt(operations, write, operation));
      if (first.state === 'applied') expect(await effects()).toBe(1);
      await system.release();
      await system.calm();
      if (first.state === 'not_applied') expect(await effects()).toBe(0);

      const last = await pressed(first, async (now) => {
        state.now = now;
        const current = await operations.get(operation.id);
        if (current?.state !== 'queued') return current && recover(operations, write, current, { resend: true });
        const on = { operations, firstOf: async () => current.id, write: async () => write, recheck: async () => {} };
        await replay({ operationId: current.id, version: current.version }, on);
        return operations.get(current.id);
      });
      expect([last.state, await effects()]).toEqual(endOf(trouble.what, action));
    });
  });
});

/** How it has to end: the state, and the number of effects. */
function endOf(what: string, action: Kind['action']): [state: string, effects: number] {
  // Everybody waits for the one request that hangs, until it is given up: nothing is sent.
  if (/^hang at the (token|CSRF)/.test(what)) return ['queued', 0];
  if (/^reprice at the P/.test(what)) return ['review', 1];
  // A number was answered, and no document is there: that is for a person. An empty 200 has confirmed nothing.
  const isConfirmed = action === 'create' || action === 'PostGoodsIssue';
  if (/^200-and-nothing-changed at the POST/.test(what) && isConfirmed) return ['review', 0];
  return /^201-then-missing at the POST/.test(what) ? ['review', 0] : ['applied', 1];
}

const referenceOf = (n: number): string => `LT${String(n).padStart(10, '0')}`;

/** Asks again as a patient agent does, each time after an absence would count. */
async function pressed(first: Operation, ask: (now: number) => Promise<Operation | undefined>): Promise<Operation> {
  let last = first;
  for (let n = 0; n < 4; n++)
    last = (await ask(absentAfter(last.sendBy, { maxServerTime: 600_000, lookupLag: 5_000 }) + 1_000)) ?? last;
  return last;
}

/** Arms the second part of the trouble at the moment at which the modifying request may go out, and only the first time. */
function armedBy(write: Write, system: Connected, { send: faults = [] }: Trouble): Write {
  const left = [...faults];
  return {
    ...write,
    send: (operation, { signal, permit }) =>
      write.send(operation, {
        signal,
        permit: async () => {
          for (const fault of left.splice(0)) await system.fault(fault);
          await permit();
        },
      }),
  };
}
