import Big from 'big.js';
import { type Row, recordKey } from '../../../../lib/simulation/state.ts';
import { costCenters } from '../model/organisation.ts';
import { businessError } from '../odata/error.ts';
import { digitsOfCurrency, digitsOfUnit, digitsUsed } from '../odata/money.ts';
import type { Tree } from '../odata/payload.ts';
import type { View } from '../odata/view.ts';
import type { Circumstances } from '../odata/write.ts';
import { infoRecordOf, plantOf, purchasable, unitFactor } from './master-records.ts';
import { dayOf } from './numbers.ts';
import { netValue } from './release.ts';

/** One item of a new order with everything below it. */
export interface NewItem {
  readonly item: Row;
  readonly scheduleLines: readonly Row[];
  readonly accountAssignments: readonly Row[];
  readonly notes: readonly Row[];
}

const given = (row: Row, name: string): string => String(row[name] ?? '');

const required = (values: Row, name: string): string => {
  const value = given(values, name);
  if (value === '') throw businessError('ME/083', `Enter ${name}.`, name);
  return value;
};

/** A quantity has to be positive and whole where its unit counts things. */
export const checkQuantity = (quantity: string, unit: string): void => {
  if (new Big(quantity || '0').lte(0))
    throw businessError('ME/062', 'Enter a quantity greater than zero.', 'OrderQuantity');
  if (digitsUsed(quantity) > digitsOfUnit(unit))
    throw businessError('BM/302', `Unit ${unit} takes ${digitsOfUnit(unit)} decimal places only.`, 'OrderQuantity');
};

/** A price has to be positive and no finer than its currency. */
export const checkPrice = (amount: string, currency: string): void => {
  if (new Big(amount || '0').lte(0))
    throw businessError('06/215', 'Net price must be greater than 0.', 'NetPriceAmount');
  if (digitsUsed(amount) > digitsOfCurrency(currency)) {
    throw businessError(
      '06/217',
      `Currency ${currency} has ${digitsOfCurrency(currency)} decimal places only.`,
      'NetPriceAmount',
    );
  }
};

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
    given(info ?? {}, 'PurgDocOrderQuantityUnit') ||
    given(product, 'PurchaseOrderQuantityUnit') ||
    given(product, 'BaseUnit');
  const text = view.row('product_description', recordKey(material, 'EN'));
  return {
    product,
    info,
    defaults: {
      PurchaseOrderItemText: given(text ?? {}, 'ProductDescription'),
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

const priceFields = (values: Row, info: Row | undefined, currency: string): Row => {
  if (values['NetPriceAmount'] !== undefined && values['NetPriceAmount'] !== null) {
    return { NetPriceQuantity: given(values, 'NetPriceQuantity') || '1' };
  }
  if (!info || given(info, 'Currency') !== currency)
    throw businessError('06/215', 'Net price must be greater than 0.', 'NetPriceAmount');
  return {
    NetPriceAmount: given(info, 'NetPriceAmount'),
    NetPriceQuantity: given(info, 'MaterialPriceUnitQty'),
    OrderPriceUnit: given(info, 'PurchaseOrderPriceUnit'),
    PurchasingInfoRecord: given(info, 'PurchasingInfoRecord'),
  };
};

/** Conversion from the order unit to the unit that the price is for. */
const priceUnitFields = (view: View, item: Row, product: Row | undefined): Row => {
  const [orderUnit, priceUnit] = [
    given(item, 'PurchaseOrderQuantityUnit'),
    given(item, 'OrderPriceUnit') || given(item, 'PurchaseOrderQuantityUnit'),
  ];
  const same = { OrderPriceUnit: priceUnit, OrderPriceUnitToOrderUnitNmrtr: '1', OrdPriceUnitToOrderUnitDnmntr: '1' };
  if (!product) return same;
  const [order, price] = [unitFactor(view, product, orderUnit), unitFactor(view, product, priceUnit)];
  if (!order)
    throw businessError(
      'ME/096',
      `Unit ${orderUnit} is not maintained for material ${given(item, 'Material')}.`,
      'PurchaseOrderQuantityUnit',
    );
  if (!price)
    throw businessError(
      'ME/096',
      `Unit ${priceUnit} is not maintained for material ${given(item, 'Material')}.`,
      'OrderPriceUnit',
    );
  return {
    OrderPriceUnit: priceUnit,
    OrderPriceUnitToOrderUnitNmrtr: order.numerator.times(price.denominator).toFixed(),
    OrdPriceUnitToOrderUnitDnmntr: order.denominator.times(price.numerator).toFixed(),
  };
};

const scheduleLines = (item: Row, trees: readonly Tree[], info: Row | undefined, now: number): Row[] => {
  const lines = trees.map(({ values }, index) => ({
    ...values,
    ScheduleLine: given(values, 'ScheduleLine') || String(index + 1).padStart(4, '0'),
    ScheduleLineDeliveryDate: required(values, 'ScheduleLineDeliveryDate'),
    ScheduleLineOrderQuantity:
      given(values, 'ScheduleLineOrderQuantity') || (trees.length === 1 ? given(item, 'OrderQuantity') : ''),
  }));
  const due = dayOf(now + Number(given(info ?? {}, 'MaterialPlannedDeliveryDurn') || 1) * 86_400_000);
  const all =
    lines.length > 0
      ? lines
      : [
          {
            ScheduleLine: '0001',
            ScheduleLineDeliveryDate: due,
            ScheduleLineOrderQuantity: given(item, 'OrderQuantity'),
          },
        ];
  if (new Set(all.map((line) => line.ScheduleLine)).size < all.length)
    throw businessError('ME/075', 'A schedule line number is used twice.', 'ScheduleLine');
  for (const line of all) checkQuantity(line.ScheduleLineOrderQuantity, given(item, 'PurchaseOrderQuantityUnit'));
  const sum = all.reduce((total, line) => total.plus(line.ScheduleLineOrderQuantity), new Big(0));
  if (!sum.eq(given(item, 'OrderQuantity')))
    throw businessError(
      '06/339',
      `The schedule lines add up to ${sum.toFixed()}, the item orders ${given(item, 'OrderQuantity')}.`,
      'ScheduleLineOrderQuantity',
    );
  return all.map((line) => ({
    ...line,
    PurchaseOrder: given(item, 'PurchaseOrder'),
    PurchaseOrderItem: given(item, 'PurchaseOrderItem'),
    PurchaseOrderQuantityUnit: given(item, 'PurchaseOrderQuantityUnit'),
    SchedLineStscDeliveryDate: line.ScheduleLineDeliveryDate,
    OpenPurchaseOrderQuantity: line.ScheduleLineOrderQuantity,
  }));
};

const accountAssignments = (item: Row, trees: readonly Tree[]): Row[] => {
  const category = given(item, 'AccountAssignmentCategory');
  if (category === '') {
    if (trees.length > 0)
      throw businessError(
        '06/437',
        'An account assignment needs an account assignment category.',
        'AccountAssignmentCategory',
      );
    return [];
  }
  if (category !== 'K')
    throw businessError(
      '06/438',
      `Account assignment category ${category} is not customized here; K is.`,
      'AccountAssignmentCategory',
    );
  if (trees.length === 0)
    throw businessError('06/439', 'Maintain an account assignment for the item.', 'AccountAssignmentCategory');
  return trees.map(({ values }, index) => {
    const costCenter = required(values, 'CostCenter');
    if (!costCenters.includes(costCenter))
      throw businessError('KI/265', `Cost center ${costCenter} does not exist.`, 'CostCenter');
    return {
      ...values,
      PurchaseOrder: given(item, 'PurchaseOrder'),
      PurchaseOrderItem: given(item, 'PurchaseOrderItem'),
      AccountAssignmentNumber: String(index + 1).padStart(2, '0'),
      PurchaseOrderQuantityUnit: given(item, 'PurchaseOrderQuantityUnit'),
      DocumentCurrency: given(item, 'DocumentCurrency'),
      Quantity: given(values, 'Quantity') || given(item, 'OrderQuantity'),
      PurgDocNetAmount: netValue(item).toFixed(3),
    };
  });
};

/** Notes of an order or an item, with the keys of what they belong to. */
export const notesOf = (trees: readonly Tree[], owner: Row): Row[] =>
  trees.map(({ values }) => ({
    ...values,
    ...owner,
    TextObjectType: required(values, 'TextObjectType'),
    Language: given(values, 'Language') || 'EN',
  }));

/** Completes and checks one item of a new order, as the ERP does from its master data. */
export const newItem = (circumstances: Circumstances, header: Row, number: string, tree: Tree): NewItem => {
  const { view, now } = circumstances;
  plantOf(required(tree.values, 'Plant'), given(header, 'CompanyCode'));
  const currency = given(header, 'DocumentCurrency');
  const material = given(tree.values, 'Material') === '' ? undefined : fromMaterial(view, tree.values, header);
  const defaults = material ? material.defaults : withoutMaterial(tree.values);
  const drafted: Row = {
    GoodsReceiptIsExpected: true,
    InvoiceIsExpected: true,
    InvoiceIsGoodsReceiptBased: true,
    TaxCode: given(material?.info ?? {}, 'TaxCode') || 'V1',
    ...defaults,
    ...Object.fromEntries(Object.entries(tree.values).filter(([, value]) => value !== null && value !== '')),
    PurchaseOrder: given(header, 'PurchaseOrder'),
    PurchaseOrderItem: number,
    DocumentCurrency: currency,
  };
  checkQuantity(given(drafted, 'OrderQuantity'), given(drafted, 'PurchaseOrderQuantityUnit'));
  const priced: Row = { ...drafted, ...priceFields(drafted, material?.info, currency) };
  checkPrice(given(priced, 'NetPriceAmount'), currency);
  const item: Row = {
    ...priced,
    ...priceUnitFields(view, priced, material?.product),
    NetPriceAmount: circumstances.reprice(given(priced, 'NetPriceAmount')),
  };
  return {
    item,
    scheduleLines: scheduleLines(item, tree.children['purchase_order_schedule_line'] ?? [], material?.info, now),
    accountAssignments: accountAssignments(item, tree.children['purchase_order_account_assignment'] ?? []),
    notes: notesOf(tree.children['purchase_order_item_note'] ?? [], {
      PurchaseOrder: given(header, 'PurchaseOrder'),
      PurchaseOrderItem: number,
    }),
  };
};
