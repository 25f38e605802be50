import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { companyCurrencies, plants, purchasingGroups } from '../model/organisation.ts';
import { businessError } from '../odata/error.ts';
import type { Tree } from '../odata/payload.ts';
import type { Circumstances, Outcome } from '../odata/write.ts';
import { put } from '../tables.ts';
import { given, oneOf } from './given.ts';
import { orderableSupplier } from './master-records.ts';
import { changeStamp, dayOf, nextNumber } from './numbers.ts';
import { type NewItem, newItem } from './purchase-order-item.ts';
import { notesOf } from './purchase-order-parts.ts';
import { releaseFields } from './release.ts';
import { orderedFromRequisition } from './requisition-reference.ts';

const newHeader = ({ view, now, user }: Circumstances, values: Row, number: string): Row => {
  const companyCode = oneOf(values, 'CompanyCode', Object.keys(companyCurrencies));
  const organization = oneOf(
    values,
    'PurchasingOrganization',
    plants.map((plant) => plant.purchasingOrganization),
  );
  oneOf(values, 'PurchasingGroup', purchasingGroups);
  oneOf(values, 'PurchaseOrderType', ['NB']);
  const supplier = orderableSupplier(view, given(values, 'Supplier'), organization);
  return {
    ...values,
    PurchaseOrder: number,
    Language: given(values, 'Language') || 'EN',
    DocumentCurrency:
      given(values, 'DocumentCurrency') ||
      given(supplier, 'PurchaseOrderCurrency') ||
      (companyCurrencies[companyCode] ?? ''),
    PaymentTerms: given(values, 'PaymentTerms') || given(supplier, 'PaymentTerms'),
    IncotermsClassification: given(values, 'IncotermsClassification') || given(supplier, 'IncotermsClassification'),
    PurchaseOrderDate: given(values, 'PurchaseOrderDate') || dayOf(now),
    InvoicingParty: given(values, 'InvoicingParty') || given(values, 'Supplier'),
    PurchasingDocumentOrigin: '9',
    CreatedByUser: user,
    CreationDate: dayOf(now),
    LastChangeDateTime: changeStamp(now, undefined),
  };
};

/** Item numbers as given, else the next tens. */
const itemNumbers = (trees: readonly Tree[]): string[] => {
  const numbers = trees.map(
    ({ values }, index) => given(values, 'PurchaseOrderItem') || String((index + 1) * 10).padStart(5, '0'),
  );
  if (new Set(numbers).size < numbers.length)
    throw businessError('ME/076', 'An item number is used twice.', 'PurchaseOrderItem');
  return numbers;
};

const itemChanges = ({ item, scheduleLines, accountAssignments, notes }: NewItem): Change[] => [
  put('purchase_order_item', item),
  ...scheduleLines.map((line) => put('purchase_order_schedule_line', line)),
  ...accountAssignments.map((each) => put('purchase_order_account_assignment', each)),
  ...notes.map((note) => put('purchase_order_item_note', note)),
];

/** Creates a purchase order with its items; nothing recognises that the same order was sent before. */
export const createPurchaseOrder = (circumstances: Circumstances, tree: Tree): Outcome => {
  const trees = tree.children['purchase_order_item'] ?? [];
  if (trees.length === 0) throw businessError('MEPO/002', 'The purchase order has no items.', 'to_PurchaseOrderItem');
  const { number, change } = nextNumber(circumstances.view, 'purchase_order');
  const draft = newHeader(circumstances, tree.values, number);
  const numbers = itemNumbers(trees);
  const items = trees.map((each, index) => newItem(circumstances, draft, numbers[index] ?? '', each));
  const header: Row = { ...draft, ...releaseFields(items.map(({ item }) => item)) };
  return {
    numbers: [change],
    changes: [
      put('purchase_order', header),
      ...notesOf(tree.children['purchase_order_note'] ?? [], { PurchaseOrder: number }).map((note) =>
        put('purchase_order_note', note),
      ),
      ...items.flatMap(itemChanges),
      ...items.flatMap(({ item }) => orderedFromRequisition(circumstances.view, item)),
    ],
    row: header,
    reference: given(header, 'CorrespncInternalReference') || null,
  };
};
