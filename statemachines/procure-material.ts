import * as z from 'zod';
import { allocateBudget } from '../contracts/allocate-budget.ts';
import { createPurchaseOrder } from '../contracts/create-purchase-order.ts';
import { reserveStock } from '../contracts/reserve-stock.ts';
import { budgetRef, currency, date, id, money, quantity, text, unitPrice } from '../contracts/shapes.ts';
import { defineSaga } from '../lib/core/saga/saga.ts';

const input = z.strictObject({
  item: id('item'),
  quantity,
  site: id('site'),
  supplier: id('supplier'),
  currency,
  unitPrice,
  /** Quantity times price: so much of the budget is allocated, and an order of another total is refused. */
  total: money,
  deliveryDate: date,
  /** What the material is for. */
  costCenter: id('cost_center'),
  requiredOn: date,
  /** Whether it is refused where the stock does not cover it already; unless told, the order may be what covers it. */
  mustBeAvailable: z.boolean().default(false),
  budget: budgetRef,
  purpose: text(100),
});

/** Reserves material for a cost centre, sets the money aside, and orders it on that money. */
export const procureMaterial = defineSaga({
  name: 'procure_material',
  summary:
    'Reserves material for a cost centre, allocates its budget and orders it from a supplier; all of it or nothing.',
  input,
  output: z.strictObject({ reservation: z.string(), allocation: z.string(), order: z.string() }),
  examples: [
    {
      input: {
        item: 'RM-6204',
        quantity: { value: '10', unit: 'C62' },
        site: '1010',
        supplier: '17300001',
        currency: 'EUR',
        unitPrice: { amount: '45.00', currency: 'EUR', per: { quantity: '1', unit: 'C62' } },
        total: { amount: '450.00', currency: 'EUR' },
        deliveryDate: '2099-03-15',
        costCenter: '10101101',
        requiredOn: '2099-03-20',
        budget: { kind: 'cost_center', id: '4711' },
        purpose: 'Bearings for line 3',
      },
      output: { reservation: '20061', allocation: 'cost_center.4711.2026.L7Q2M0ZK8W4T', order: '4500000301' },
    },
  ],
  script: (step, wanted) => {
    const reserved = step.call('Reserve_stock', reserveStock, {
      item: wanted.item,
      quantity: wanted.quantity,
      site: wanted.site,
      requiredOn: wanted.requiredOn,
      purpose: { kind: 'cost_center', id: wanted.costCenter },
      mustBeAvailable: wanted.mustBeAvailable,
    });
    const allocated = step.call('Allocate_budget', allocateBudget, {
      amount: wanted.total,
      budget: wanted.budget,
      purpose: wanted.purpose,
    });
    const ordered = step.call(
      'Create_order',
      createPurchaseOrder,
      {
        supplier: wanted.supplier,
        currency: wanted.currency,
        lines: [
          {
            item: wanted.item,
            quantity: wanted.quantity,
            unitPrice: wanted.unitPrice,
            deliveryDate: wanted.deliveryDate,
            site: wanted.site,
          },
        ],
        expectedTotal: wanted.total,
        budgetAllocation: allocated.allocation,
      },
      { approval: true },
    );
    return { reservation: reserved.document.id, allocation: allocated.allocation, order: ordered.document.id };
  },
});
