import { type Row, recordKey } from '../../../../lib/simulation/state.ts';
import { businessError } from '../odata/error.ts';
import type { Tree } from '../odata/payload.ts';
import type { View } from '../odata/view.ts';
import type { Circumstances } from '../odata/write.ts';
import { given, required } from './given.ts';
import { infoRecordOf, plantOf, purchasable } from './master-records.ts';
import { accountAssignments, notesOf, scheduleLines } from './purchase-order-parts.ts';
import { checkPrice, checkQuantity, priceFields, unitFields } from './purchase-order-price.ts';

/** One item of a new order with everything below it. */
export interface NewItem {
  readonly item: Row;
  readonly scheduleLines: readonly Row[];
  readonly accountAssignments: readonly Row[];
  readonly notes: readonly Row[];
}

/** Fields that follow from the material: text, group, unit. */
const fromMaterial = (view: View, values: Row, header: Row): { defaults: Row; info: Row | undefined; product: Row } => {
  const [material, plant] = [given(values, 'Material'), given(values, 'Plant')];
  const { product } = purchasable(view, material, plant);
  const info = infoRecordOf(view, {
    supplier: given(header, 'Supplier'),
    material,
    organization: given(header, 'PurchasingOrganization'),
    plant,
  });
  const unit =
    given(info, 'PurgDocOrderQuantityUnit') ||
    given(product, 'PurchaseOrderQuantityUnit') ||
    given(product, 'BaseUnit');
  const text = view.row('product_description', recordKey(material, 'EN'));
  return {
    product,
    info,
    defaults: {
      PurchaseOrderItemText: given(text, 'ProductDescription'),
      MaterialGroup: given(product, 'ProductGroup'),
      PurchaseOrderQuantityUnit: unit,
    },
  };
};

const withoutMaterial = (values: Row): Row => {
  required(values, 'PurchaseOrderItemText');
  required(values, 'MaterialGroup');
  if (given(values, 'AccountAssignmentCategory') === '') {
    throw businessError(
      '06/436',
      'An item without a material needs an account assignment.',
      'AccountAssignmentCategory',
    );
  }
  return { PurchaseOrderQuantityUnit: required(values, 'PurchaseOrderQuantityUnit') };
};

/** Fields of a new item before it is priced: what the ERP proposes, overlaid by what was sent. */
const drafted = (tree: Tree, proposed: Row, header: Row): Row => {
  const sent = Object.fromEntries(Object.entries(tree.values).filter(([, value]) => value !== null && value !== ''));
  const currency = given(header, 'DocumentCurrency');
  if (![undefined, currency].includes(given(sent, 'DocumentCurrency') || undefined)) {
    throw businessError('06/221', 'The currency of an item is that of its order.', 'DocumentCurrency');
  }
  return {
    GoodsReceiptIsExpected: true,
    InvoiceIsExpected: true,
    InvoiceIsGoodsReceiptBased: true,
    PurchaseOrderCategory: 'F',
    ...proposed,
    ...sent,
    CompanyCode: given(header, 'CompanyCode'),
    DocumentCurrency: currency,
  };
};

/** Completes and checks one item of a new order, as the ERP does from its master data. */
export const newItem = (circumstances: Circumstances, header: Row, number: string, tree: Tree): NewItem => {
  const { view, now } = circumstances;
  plantOf(required(tree.values, 'Plant'), given(header, 'CompanyCode'));
  const owner = { PurchaseOrder: given(header, 'PurchaseOrder'), PurchaseOrderItem: number };
  const material = given(tree.values, 'Material') === '' ? undefined : fromMaterial(view, tree.values, header);
  const taxCode = given(material?.info, 'TaxCode') || 'V1';
  const draft = drafted(
    tree,
    { TaxCode: taxCode, ...(material ? material.defaults : withoutMaterial(tree.values)) },
    header,
  );
  checkQuantity(given(draft, 'OrderQuantity'), given(draft, 'PurchaseOrderQuantityUnit'));
  const priced: Row = { ...draft, ...owner, ...priceFields(draft, material?.info) };
  checkPrice(given(priced, 'NetPriceAmount'), given(priced, 'DocumentCurrency'));
  const item: Row = {
    ...priced,
    ...unitFields(view, priced, material?.product),
    NetPriceAmount: circumstances.reprice(given(priced, 'NetPriceAmount')),
  };
  return {
    item,
    scheduleLines: scheduleLines(item, tree.children['purchase_order_schedule_line'] ?? [], material?.info, now),
    accountAssignments: accountAssignments(item, tree.children['purchase_order_account_assignment'] ?? []),
    notes: notesOf(tree.children['purchase_order_item_note'] ?? [], owner),
  };
};
