import { expect, test } from 'vitest';
import { createPurchaseOrder } from '../../../../contracts/create-purchase-order.ts';
import { createPurchaseRequisition } from '../../../../contracts/create-purchase-requisition.ts';
import { updatePurchaseOrderPrice } from '../../../../contracts/update-purchase-order-price.ts';
import type { Configuration, WriteGrant } from '../../../../lib/core/config.ts';
import type { Contract } from '../../../../lib/core/contract.ts';
import { type CallToApprove, requirementOf } from '../../../../lib/core/policy/approval.ts';

const asks: WriteGrant = { level: 'approve', approval: [{ above: '1000', need: 1, of: ['anna', 'ben'], within: 72 }] };
const configuration: Configuration = {
  ...{ timeZone: 'UTC', operators: {}, systems: {} },
  agents: {
    buyer: {
      role: 'role/buyer',
      grants: {
        erp: {
          write: {
            create_purchase_order: asks,
            create_purchase_requisition: asks,
            update_purchase_order_price: asks,
          },
        },
      },
    },
  },
  approvers: {
    anna: { name: 'Anna Berg', email: 'anna@example.com' },
    ben: { name: 'Ben', email: 'ben@example.com' },
  },
  approvals: {
    ...{ currency: 'EUR', signIn: { kind: 'totp' }, mailFrom: 'countersign@example.com' },
    rates: { USD: { rate: '0.9', asOf: '2026-06-01' } },
  },
};

async function required(
  contract: Contract,
  change: object = {},
  sum: CallToApprove['sum'] = async ({ value }) => value,
) {
  const [{ input }] = contract.examples;
  const entry = {
    id: `erp_${contract.name}`,
    system: 'erp',
    contract,
    load: () => Promise.reject(new Error('unused')),
  };
  const given = contract.input.parse({ ...Object(input), ...change });
  return requirementOf(entry, 'buyer', { input: given, configuration, sum });
}

test('an order counts with what its agent orders from the same supplier, in the currency of the policy', async () => {
  const noted: object[] = [];
  const { lines } = createPurchaseOrder.examples[0].input;
  const [line] = lines;
  const unitPrice = { ...line?.unitPrice, currency: 'USD' };
  const order = { currency: 'USD', lines: [{ ...line, unitPrice }], expectedTotal: undefined };
  const asked = await required(createPurchaseOrder, order, async (commitment) => {
    noted.push(commitment);
    return '1810';
  });
  expect(noted).toEqual([{ agent: 'buyer', system: 'erp', counterparty: 'supplier 17300001', value: '810' }]);
  expect(asked).toMatchObject({ value: '810', total: '1810', about: 'erp supplier 17300001' });
  expect(await required(createPurchaseOrder)).toBeUndefined();
});

test('what has no value in that currency is asked about without a sum', async () => {
  const { lines } = createPurchaseOrder.examples[0].input;
  const [line] = lines;
  const order = { currency: 'CHF', lines: [{ ...line, unitPrice: { ...line?.unitPrice, currency: 'CHF' } }] };
  const never = () => Promise.reject(new Error('asked for a sum'));
  const asked = await required(createPurchaseOrder, { ...order, expectedTotal: undefined }, never);
  expect(asked).toMatchObject({ why: 'There is no rate from CHF to EUR: the highest tier asks.' });
  expect(asked).not.toHaveProperty('total');
});

test('whoever requests it never approves it, orders and requisitions alike', async () => {
  for (const contract of [createPurchaseOrder, createPurchaseRequisition])
    expect(await required(contract, { requester: 'anna berg' }, async () => '9999')).toMatchObject({
      ...{ of: ['ben'], never: ['anna'] },
    });
});

test('a change is about its document', async () => {
  expect(await required(updatePurchaseOrderPrice)).toMatchObject({ about: 'erp purchase order 4500000284', need: 1 });
});
