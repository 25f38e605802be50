import Big from 'big.js';
import * as z from 'zod';
import { type Comparison, type Deviation, defineContract } from '../lib/core/contract.ts';
import { CountersignError } from '../lib/core/errors.ts';
import { purchaseOrderBriefing } from './briefings/purchase-order.ts';
import { cancelPurchaseOrder } from './cancel-purchase-order.ts';
import {
  allocationId,
  amounts,
  currency,
  date,
  digitsOf,
  erpRelease,
  id,
  money,
  quantity,
  sentToSupplier,
  text,
  unitPrice,
  writeOutput,
} from './shapes.ts';

const line = z.strictObject({
  item: id('item'),
  quantity,
  unitPrice,
  deliveryDate: date,
  site: id('site'),
  /** The line of a requisition that this line orders, so that the demand does not stay open beside it. */
  requisition: z.strictObject({ requisition: id('purchase_requisition'), line: id('line') }).optional(),
  /** In place of the one of the order. */
  budgetAllocation: allocationId.optional(),
});

const input = z.strictObject({
  supplier: id('supplier'),
  currency,
  lines: z.array(line).min(1).max(100),
  /**
   * Allocation of a budget that the lines use up, each its net. It stays in our ledger: the systems do not see it, whatever
   * documents of their own they keep for budgets.
   */
  budgetAllocation: allocationId.optional(),
  /** The sum of the lines, as the agent understands it: a guard against a slipped decimal. */
  expectedTotal: money.optional(),
  requester: text(12).optional(),
  note: text(500).optional(),
  /** Of a possible duplicate: the operation that it is no duplicate of. A person has to approve it. */
  notDuplicateOf: z.string().min(1).max(64).optional(),
});

const output = writeOutput({
  supplier: z.string(),
  amounts,
  lines: z.array(
    z.strictObject({ line: z.string(), item: z.string(), site: z.string(), quantity, unitPrice, deliveryDate: date }),
  ),
  sentToSupplier,
  erpRelease,
});

type Input = z.output<typeof input>;
type Line = Input['lines'][number];

/** Net value of a line, exact; price per price unit times quantity. */
const netOf = ({ quantity: { value }, unitPrice: { amount, per } }: Line): Big => {
  return new Big(value).times(amount).div(per.quantity);
};

const totalOf = ({ lines, currency: code }: Input): string =>
  lines.reduce((sum, each) => sum.plus(netOf(each).round(digitsOf(code))), new Big(0)).toFixed(digitsOf(code));

/** Creates a purchase order. Reversible by `cancel_purchase_order` until it is sent or received. */
export const createPurchaseOrder = defineContract({
  name: 'create_purchase_order',
  effect: 'create',
  summary: 'Creates one purchase order with a supplier, once in effect, and reads it back.',
  input,
  output,
  errors: [
    'SUPPLIER_BLOCKED',
    'SUPPLIER_NOT_APPROVED',
    'ITEM_NOT_PURCHASABLE',
    'PRICE_NOT_REPRESENTABLE',
    'UNIT_UNKNOWN',
    'BUDGET_EXCEEDED',
    'CURRENCY_NOT_ALLOWED',
    'DATE_IN_PAST',
    'TOTAL_MISMATCH',
    'ORDER_INCOMPLETE',
    'DOCUMENT_LOCKED',
  ],
  examples: [
    {
      input: {
        supplier: '17300001',
        currency: 'EUR',
        lines: [
          {
            item: 'RM-6204',
            quantity: { value: '200', unit: 'C62' },
            unitPrice: { amount: '45.00', currency: 'EUR', per: { quantity: '10', unit: 'C62' } },
            deliveryDate: '2099-03-15',
            site: '1010',
          },
        ],
        expectedTotal: { amount: '900.00', currency: 'EUR' },
      },
      output: {
        document: { id: '4500000301', number: '4500000301' },
        status: 'released',
        version: 'b7c1',
        supplier: '17300001',
        amounts: { net: '900.00', currency: 'EUR', source: 'erp' },
        lines: [
          {
            line: '10',
            item: 'RM-6204',
            site: '1010',
            quantity: { value: '200', unit: 'C62' },
            unitPrice: { amount: '45', currency: 'EUR', per: { quantity: '10', unit: 'C62' } },
            deliveryDate: '2099-03-15',
          },
        ],
        sentToSupplier: 'no',
        erpRelease: { state: 'not_required' },
        deviations: [],
        reference: 'L7Q2M0ZK8W4T',
      },
    },
  ],
  siteOf: ({ lines }) => lines[0]?.site,
  amountOf: (order) => ({ amount: totalOf(order), currency: order.currency }),
  counterpartyOf: ({ supplier }) => `supplier ${supplier}`,
  requesterOf: ({ requester }) => requester,
  aboutOf: ({ supplier }) => `supplier ${supplier}`,
  validate: (order, { today }) => {
    for (const { unitPrice: price, quantity: asked, deliveryDate } of order.lines) {
      if (price.per.unit !== asked.unit)
        throw new CountersignError('UNIT_UNKNOWN', `A price is per ${price.per.unit}, its quantity in ${asked.unit}.`);
      if (price.currency !== order.currency)
        throw new CountersignError(
          'CURRENCY_NOT_ALLOWED',
          `A price is in ${price.currency}, the order in ${order.currency}.`,
        );
      if (deliveryDate < today) throw new CountersignError('DATE_IN_PAST', `${deliveryDate} lies before ${today}.`);
    }
    const { expectedTotal } = order;
    const total = totalOf(order);
    if (expectedTotal && (expectedTotal.amount !== total || expectedTotal.currency !== order.currency))
      throw new CountersignError('TOTAL_MISMATCH', `The lines add up to ${total} ${order.currency}.`);
  },
  allocationsOf: ({ lines, currency: code, budgetAllocation }) =>
    lines.flatMap((each, n) => {
      const allocation = each.budgetAllocation ?? budgetAllocation;
      const amount = netOf(each).round(digitsOf(code)).toFixed(digitsOf(code));
      return allocation === undefined ? [] : { allocation, part: String(n), amount, currency: code };
    }),
  partsOf: ({ lines }) => lines.map((each) => each.line),
  briefing: () => purchaseOrderBriefing(totalOf),
  datedWhenSent: true,
  notDuplicateOf: ({ notDuplicateOf }) => notDuplicateOf,
  businessKey: ({ supplier, lines }) =>
    JSON.stringify([
      supplier,
      lines.map((each) => [each.item, each.site, each.quantity.value, each.quantity.unit, each.deliveryDate]).sort(),
    ]),
  undoneBy: {
    contract: cancelPurchaseOrder,
    inputFor: ({ output: { document } }) => ({
      order: document.id,
      reason: 'What it was ordered for does not take place.',
    }),
  },
  compare: (asked, actual): Comparison => {
    const ours =
      asked.supplier === actual.supplier &&
      asked.lines.length === actual.lines.length &&
      asked.lines.every((each, n) => each.item === actual.lines[n]?.item);
    const deviations = ours ? asked.lines.flatMap((each, n) => lineDeviations(each, actual.lines[n], n)) : [];
    const total = totalOf(asked);
    const { net, currency: kept } = actual.amounts;
    if (ours && !new Big(total).eq(net)) deviations.push({ path: 'amounts.net', requested: total, actual: net });
    if (ours && kept !== asked.currency)
      deviations.push({ path: 'amounts.currency', requested: asked.currency, actual: kept });
    // Amounts of two currencies cannot be compared: nobody has approved the other one.
    return { ours, deviations, exceeds: kept !== asked.currency || new Big(net).gt(total) };
  },
});

function lineDeviations(asked: Line, actual: Line | undefined, n: number): Deviation[] {
  if (!actual) return [];
  const facts = (each: Line): Record<string, string> => ({
    'quantity.value': each.quantity.value,
    'quantity.unit': each.quantity.unit,
    unitPrice: new Big(each.unitPrice.amount).div(each.unitPrice.per.quantity).toFixed(),
    deliveryDate: each.deliveryDate,
    site: each.site,
  });
  const kept = facts(actual);
  return Object.entries(facts(asked))
    .filter(([path, requested]) => kept[path] !== requested)
    .map(([path, requested]) => ({ path: `lines.${n}.${path}`, requested, actual: kept[path] ?? '' }));
}
