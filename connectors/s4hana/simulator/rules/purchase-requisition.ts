import Big from 'big.js';
import { type Row, recordKey } from '../../../../lib/simulation/state.ts';
import { companyCurrencies, plants, purchasingGroups } from '../model/organisation.ts';
import { businessError } from '../odata/error.ts';
import type { Tree } from '../odata/payload.ts';
import type { Circumstances, Outcome } from '../odata/write.ts';
import { put } from '../tables.ts';
import { given, required } from './given.ts';
import { purchasable, unitFactor } from './master-records.ts';
import { changeStamp, dayOf, nextNumber } from './numbers.ts';
import { checkQuantity } from './purchase-order-price.ts';

/** The reference that ties a requisition to its sender: the external reference of its first item, else the description. */
const referenceOf = (header: Row, item: Row | undefined): string | null =>
  given(item, 'PurReqnExternalReference') || given(header, 'PurReqnDescription') || null;

const fromMaterial = ({ view }: Circumstances, values: Row): Row => {
  const material = given(values, 'Material');
  if (material === '') {
    required(values, 'PurchaseRequisitionItemText');
    required(values, 'MaterialGroup');
    return { BaseUnit: required(values, 'BaseUnit') };
  }
  const { product } = purchasable(view, material, given(values, 'Plant'));
  const unit = given(values, 'BaseUnit') || given(product, 'BaseUnit');
  if (!unitFactor(view, product, unit))
    throw businessError('ME/096', `Unit ${unit} is not maintained for material ${material}.`, 'BaseUnit');
  const text = view.row('product_description', recordKey(material, 'EN'));
  return {
    BaseUnit: unit,
    MaterialGroup: given(product, 'ProductGroup'),
    PurchaseRequisitionItemText: given(text, 'ProductDescription'),
  };
};

const known = (values: Row, name: string, list: readonly string[]) => {
  const value = given(values, name);
  if (value !== '' && !list.includes(value)) throw businessError('ME/084', `${name} ${value} does not exist.`, name);
};

const newItem = (circumstances: Circumstances, header: Row, number: string, { values }: Tree): Row => {
  const { now, user } = circumstances;
  const plant = plants.find((each) => each.plant === required(values, 'Plant'));
  if (!plant) throw businessError('ME/068', `Plant ${given(values, 'Plant')} does not exist.`, 'Plant');
  known(values, 'PurchasingGroup', purchasingGroups);
  known(values, 'PurchasingOrganization', [plant.purchasingOrganization]);
  const item: Row = {
    PurReqnItemCurrency: companyCurrencies[plant.companyCode] ?? '',
    PurReqnPriceQuantity: '1',
    CompanyCode: plant.companyCode,
    ...fromMaterial(circumstances, values),
    ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== '')),
    PurchaseRequisition: given(header, 'PurchaseRequisition'),
    PurchaseRequisitionItem: number,
    PurchaseRequisitionType: given(header, 'PurchaseRequisitionType'),
    ProcessingStatus: 'N',
    // Whatever is requested waits for the ERP's own release.
    PurReqnReleaseStatus: '03',
    ReleaseIsNotCompleted: true,
    OrderedQuantity: '0',
    CreationDate: dayOf(now),
    PurReqCreationDate: dayOf(now),
    CreatedByUser: user,
    PurReqnOrigin: 'R',
    LastChangeDateTime: changeStamp(now, undefined),
  };
  checkQuantity(given(item, 'RequestedQuantity'), given(item, 'BaseUnit'));
  required(item, 'DeliveryDate');
  const price = new Big(given(item, 'PurchaseRequisitionPrice') || '0').div(given(item, 'PurReqnPriceQuantity'));
  return { ...item, ItemNetAmount: price.times(given(item, 'RequestedQuantity')).toFixed(3) };
};

/** Creates a requisition with its items. */
export const createRequisition = (circumstances: Circumstances, tree: Tree): Outcome => {
  const trees = tree.children['purchase_requisition_item'] ?? [];
  if (trees.length === 0)
    throw businessError('MEREQ/002', 'The purchase requisition has no items.', 'to_PurchaseReqnItem');
  const type = required(tree.values, 'PurchaseRequisitionType');
  if (type !== 'NB')
    throw businessError('ME/084', `PurchaseRequisitionType ${type} does not exist.`, 'PurchaseRequisitionType');
  const { number, change } = nextNumber(circumstances.view, 'purchase_requisition');
  const header: Row = { ...tree.values, PurchaseRequisition: number };
  const items = trees.map((each, index) =>
    newItem(
      circumstances,
      header,
      given(each.values, 'PurchaseRequisitionItem') || String((index + 1) * 10).padStart(5, '0'),
      each,
    ),
  );
  return {
    numbers: [change],
    changes: [put('purchase_requisition', header), ...items.map((row) => put('purchase_requisition_item', row))],
    row: header,
    reference: referenceOf(header, items[0]),
  };
};

/** Changes an item, closes it (`IsClosed`) or flags it as deleted (`IsDeleted`, refused once something was ordered). */
export const changeRequisitionItem = ({ view, now }: Circumstances, before: Row, { values }: Tree): Outcome => {
  const row: Row = { ...before, ...values, LastChangeDateTime: changeStamp(now, before['LastChangeDateTime']) };
  const shown = `Item ${Number(given(before, 'PurchaseRequisitionItem'))} of purchase requisition ${given(before, 'PurchaseRequisition')}`;
  if (given(before, 'IsDeleted') === 'X' && given(row, 'IsDeleted') === 'X')
    throw businessError('06/054', `${shown} has been deleted.`);
  if (!['', 'X'].includes(given(row, 'IsDeleted')))
    throw businessError('ME/084', "IsDeleted takes 'X' or ''.", 'IsDeleted');
  const ordered = new Big(given(before, 'OrderedQuantity') || '0');
  if (given(values, 'IsDeleted') === 'X' && ordered.gt(0))
    throw businessError('06/055', `${shown} cannot be deleted: it has been ordered.`, 'IsDeleted');
  if ('RequestedQuantity' in values) {
    checkQuantity(given(row, 'RequestedQuantity'), given(row, 'BaseUnit'));
    if (ordered.gt(given(row, 'RequestedQuantity')))
      throw businessError('06/056', 'The quantity is smaller than what has been ordered.', 'RequestedQuantity');
  }
  const number = given(row, 'PurchaseRequisition');
  return {
    changes: [put('purchase_requisition_item', row)],
    row,
    reference: referenceOf(view.row('purchase_requisition', number) ?? {}, row),
  };
};
