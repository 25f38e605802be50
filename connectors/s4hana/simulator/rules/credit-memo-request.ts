import Big from 'big.js';
import { type Row, recordKey } from '../../../../lib/simulation/state.ts';
import type { Tree } from '../odata/payload.ts';
import type { View } from '../odata/view.ts';
import type { Circumstances, Outcome } from '../odata/write.ts';
import { put } from '../tables.ts';
import { taxOn } from './billing.ts';
import { given, oneOf, refuseIf, required } from './given.ts';
import { changeStamp, dayOf, nextNumber } from './numbers.ts';

const reasons = ['100', '101', '102', '103', '104'];
const rejectionReasons = ['02', '05', '10', '61'];
const billingBlocks = ['', '01', '02', '08'];

const invoiceOf = (view: View, values: Row): Row => {
  const number = required(values, 'ReferenceSDDocument');
  const invoice = view.row('billing_document', number);
  refuseIf(!invoice, 'VF/010', `Billing document ${number} does not exist.`, 'ReferenceSDDocument');
  refuseIf(
    invoice?.['SDDocumentCategory'] !== 'M' || invoice['BillingDocumentIsCancelled'] === true,
    'V1/488',
    `Billing document ${number} cannot be the reference of a credit memo request.`,
    'ReferenceSDDocument',
  );
  return invoice ?? {};
};

/** Its price: what a manual condition says, else that of the invoice for the quantity. */
const netOf = (invoiced: Row, quantity: string, price: Row | undefined): string => {
  if (!price)
    return new Big(given(invoiced, 'NetAmount')).times(quantity).div(given(invoiced, 'BillingQuantity')).toFixed(2);
  oneOf(price, 'ConditionType', ['PMP0']);
  const rate = new Big(required(price, 'ConditionRateValue')).div(given(price, 'ConditionQuantity') || '1');
  return rate.times(quantity).toFixed(2);
};

/** An item and its price and tax. Nothing looks at what was credited before. */
const newItem = ({ view, reprice }: Circumstances, header: Row, number: string, { values, children }: Tree) => {
  const invoice = given(header, 'ReferenceSDDocument');
  refuseIf(
    required(values, 'ReferenceSDDocument') !== invoice,
    'V1/489',
    'All items refer to the billing document of the header.',
    'ReferenceSDDocument',
  );
  const reference = required(values, 'ReferenceSDDocumentItem');
  const invoiced = view.row('billing_document_item', recordKey(invoice, reference)) ?? {};
  refuseIf(
    given(invoiced, 'BillingDocument') === '',
    'VF/011',
    `Billing document ${invoice} has no item ${Number(reference)}.`,
    'ReferenceSDDocumentItem',
  );
  const quantity = given(values, 'RequestedQuantity') || given(invoiced, 'BillingQuantity');
  refuseIf(new Big(quantity).lte(0), 'V1/384', 'Enter a quantity greater than zero.', 'RequestedQuantity');
  const [price] = children['credit_memo_request_price'] ?? [];
  const net = new Big(reprice(netOf(invoiced, quantity, price?.values))).toFixed(2);
  const keys = { CreditMemoRequest: given(header, 'CreditMemoRequest'), CreditMemoRequestItem: number };
  const row: Row = {
    ...keys,
    CreditMemoRequestItemCategory: 'G2N',
    CreditMemoRequestItemText: given(invoiced, 'BillingDocumentItemText'),
    Material: given(invoiced, 'Material'),
    RequestedQuantity: quantity,
    RequestedQuantityUnit: given(values, 'RequestedQuantityUnit') || given(invoiced, 'BillingQuantityUnit'),
    TransactionCurrency: given(header, 'TransactionCurrency'),
    NetAmount: net,
    ReferenceSDDocument: invoice,
    ReferenceSDDocumentItem: reference,
    SDProcessStatus: 'A',
    OrderRelatedBillingStatus: 'A',
  };
  const condition = (step: string, fields: Row): Row => ({
    ...keys,
    PricingProcedureStep: step,
    PricingProcedureCounter: '000',
    ConditionCurrency: 'EUR',
    TransactionCurrency: 'EUR',
    ...fields,
  });
  return {
    row,
    prices: [
      condition('020', {
        ConditionType: price ? 'PMP0' : 'PPR0',
        ConditionClass: 'B',
        ConditionAmount: net,
        ConditionRateValue: net,
      }),
      condition('910', {
        ConditionType: 'TTX1',
        ConditionClass: 'D',
        ConditionAmount: taxOn(net).toFixed(2),
        ConditionRateValue: '19',
      }),
    ],
  };
};

/** Creates a request with its items; nothing recognises that the same was sent before, or that more is credited than was invoiced. */
export const createCreditMemoRequest = (circumstances: Circumstances, { values, children }: Tree): Outcome => {
  const { view, now, user } = circumstances;
  const trees = children['credit_memo_request_item'] ?? [];
  refuseIf(trees.length === 0, 'V1/382', 'The credit memo request has no items.', 'to_Item');
  oneOf(values, 'CreditMemoRequestType', ['CR']);
  oneOf(values, 'SDDocumentReason', reasons);
  const block = given(values, 'HeaderBillingBlockReason');
  refuseIf(
    !billingBlocks.includes(block),
    'V1/386',
    `Billing block ${block} does not exist.`,
    'HeaderBillingBlockReason',
  );
  const invoice = invoiceOf(view, values);
  const { number, change } = nextNumber(view, 'credit_memo_request');
  const draft: Row = {
    ...Object.fromEntries(
      ['SalesOrganization', 'DistributionChannel', 'SoldToParty', 'TransactionCurrency'].map((field) => [
        field,
        given(values, field) || given(invoice, field),
      ]),
    ),
    ...values,
    CreditMemoRequest: number,
    ReferenceSDDocumentCategory: 'M',
    CreditMemoRequestDate: given(values, 'CreditMemoRequestDate') || dayOf(now),
    CreationDate: dayOf(now),
    CreatedByUser: user,
    LastChangeDate: dayOf(now),
    LastChangeDateTime: changeStamp(now, undefined),
  };
  const items = trees.map((each, n) => newItem(circumstances, draft, String((n + 1) * 10).padStart(6, '0'), each));
  const header = withStatuses(
    draft,
    items.map(({ row }) => row),
  );
  return {
    numbers: [change],
    changes: [
      put('credit_memo_request', header),
      ...items.map(({ row }) => put('credit_memo_request_item', row)),
      ...items.flatMap(({ prices }) => prices.map((row) => put('credit_memo_request_price', row))),
    ],
    row: header,
    reference: given(header, 'PurchaseOrderByCustomer') || null,
  };
};

const overall = (statuses: readonly string[]): string =>
  statuses.every((status) => status === 'C') ? 'C' : statuses.every((status) => status === 'A') ? 'A' : 'B';

/** A header with the statuses and the value that follow from its items. */
export const withStatuses = (header: Row, items: readonly Row[]): Row => {
  const open = items.filter((item) => given(item, 'SalesDocumentRjcnReason') === '');
  const billing = overall(open.map((item) => given(item, 'OrderRelatedBillingStatus')));
  return {
    ...header,
    TotalNetAmount: open.reduce((sum, item) => sum.plus(given(item, 'NetAmount')), new Big(0)).toFixed(2),
    OverallSDDocumentRejectionSts: open.length === items.length ? 'A' : open.length === 0 ? 'C' : 'B',
    OverallOrdReltdBillgStatus: billing,
    OverallSDProcessStatus: billing,
  };
};

/** All items of a request. */
export const requestItems = (view: View, request: string): readonly Row[] =>
  view.rows('credit_memo_request_item').filter((row) => row['CreditMemoRequest'] === request);

/** Changes an item: rejects it, or takes its rejection back, as long as it is not billed. */
export const changeCreditMemoRequestItem = ({ view, now }: Circumstances, before: Row, { values }: Tree): Outcome => {
  const request = given(before, 'CreditMemoRequest');
  const shown = `Item ${Number(given(before, 'CreditMemoRequestItem'))} of credit memo request ${request}`;
  for (const field of Object.keys(values))
    refuseIf(field !== 'SalesDocumentRjcnReason', 'V1/330', `${field} cannot be changed here.`, field);
  refuseIf(given(before, 'OrderRelatedBillingStatus') !== 'A', 'V1/427', `${shown} has been billed.`);
  const reason = given(values, 'SalesDocumentRjcnReason');
  refuseIf(
    reason !== '' && !rejectionReasons.includes(reason),
    'V1/385',
    `Reason for rejection ${reason} does not exist.`,
    'SalesDocumentRjcnReason',
  );
  const row: Row = { ...before, ...values, SDProcessStatus: reason === '' ? 'A' : 'C' };
  const header = view.row('credit_memo_request', request) ?? {};
  const items = requestItems(view, request).map((item) =>
    item['CreditMemoRequestItem'] === row['CreditMemoRequestItem'] ? row : item,
  );
  const stamp = { LastChangeDate: dayOf(now), LastChangeDateTime: changeStamp(now, header['LastChangeDateTime']) };
  return {
    changes: [
      put('credit_memo_request', { ...withStatuses(header, items), ...stamp }),
      put('credit_memo_request_item', row),
    ],
    row,
    reference: given(header, 'PurchaseOrderByCustomer') || null,
  };
};
