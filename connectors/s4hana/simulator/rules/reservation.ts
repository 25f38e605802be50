import Big from 'big.js';
import { type Row, recordKey } from '../../../../lib/simulation/state.ts';
import { companyCurrencies, costCenters, internalOrders, plants, wbsElements } from '../model/organisation.ts';
import { businessError } from '../odata/error.ts';
import type { Tree } from '../odata/payload.ts';
import type { View } from '../odata/view.ts';
import type { Circumstances, Outcome } from '../odata/write.ts';
import { put } from '../tables.ts';
import { given, oneOf, refuseIf, required } from './given.ts';
import { unitFactor } from './master-records.ts';
import { nextNumber } from './numbers.ts';
import { checkQuantity } from './purchase-order-price.ts';

const knownOrRefused = (header: Row, field: string, known: readonly string[], what: string): void => {
  const value = required(header, field);
  refuseIf(!known.includes(value), 'KI/265', `${what} ${value} does not exist.`, field);
};

const plantCodes = plants.map(({ plant }) => plant);

const locationsOf = (plant: string): readonly string[] =>
  plants.find((each) => each.plant === plant)?.storageLocations ?? [];

/** What each movement type that is customized is charged to, which has to exist. */
const accounts: Readonly<Record<string, (view: View, header: Row) => void>> = {
  '201': (_, header) => knownOrRefused(header, 'CostCenter', costCenters, 'Cost center'),
  '221': (_, header) => knownOrRefused(header, 'WBSElement', wbsElements, 'WBS element'),
  '231': (view, header) => {
    const key = recordKey(required(header, 'SalesOrder'), required(header, 'SalesOrderItem'));
    refuseIf(!view.row('sales_order_item', key), 'KI/265', 'The sales order item does not exist.', 'SalesOrder');
  },
  '261': (_, header) => knownOrRefused(header, 'OrderID', internalOrders, 'Order'),
  '301': (_, header) => knownOrRefused(header, 'IssuingOrReceivingPlant', plantCodes, 'Plant'),
  '311': (_, header) =>
    knownOrRefused(
      header,
      'IssuingOrReceivingStorageLoc',
      locationsOf(given(header, 'IssuingOrReceivingPlant')),
      'Storage location',
    ),
};

const newItem = ({ view }: Circumstances, header: Row, values: Row, number: string): Row => {
  const [material, plant] = [required(values, 'Product'), oneOf(values, 'Plant', plantCodes)];
  const product = view.row('product', material);
  if (!product)
    throw businessError('M3/305', `The material ${material} does not exist or is not activated.`, 'Product');
  const isKept = view.row('product_plant', recordKey(material, plant)) !== undefined;
  refuseIf(!isKept, 'M3/351', `Material ${material} is not maintained in plant ${plant}.`, 'Product');
  const location = given(values, 'StorageLocation');
  const hasLocation = location === '' || locationsOf(plant).includes(location);
  refuseIf(!hasLocation, 'M7/018', `Storage location ${location} does not exist in plant ${plant}.`, 'StorageLocation');
  const unit = given(values, 'EntryUnit') || given(product, 'BaseUnit');
  const factor = unitFactor(view, product, unit);
  if (!factor) throw businessError('ME/096', `Unit ${unit} is not maintained for material ${material}.`, 'EntryUnit');
  const quantity = required(values, 'ResvnItmRequiredQtyInEntryUnit');
  checkQuantity(quantity, unit);
  return {
    GoodsMovementIsAllowed: true,
    ...values,
    Reservation: given(header, 'Reservation'),
    ReservationItem: number,
    RecordType: '',
    RequirementType: 'MR',
    MatlCompRequirementDate: given(values, 'MatlCompRequirementDate') || required(header, 'ReservationDate'),
    GoodsMovementType: given(header, 'GoodsMovementType'),
    DebitCreditCode: 'H',
    BaseUnit: given(product, 'BaseUnit'),
    EntryUnit: unit,
    CompanyCodeCurrency: companyCurrencies['1010'] ?? '',
    ResvnItmRequiredQtyInBaseUnit: new Big(quantity).times(factor.numerator).div(factor.denominator).round(3).toFixed(),
    ResvnItmWithdrawnQtyInBaseUnit: '0',
  };
};

/** What stands in the ledger: the first word of the item's text. */
const referenceOf = (item: Row | undefined): string | null => given(item, 'ReservationItemText').split(' ')[0] || null;

/** Creates a reservation with its items; what is available is not checked, as in a system that is not customized to. */
export const createReservation = (circumstances: Circumstances, { values, children }: Tree): Outcome => {
  const check = accounts[oneOf(values, 'GoodsMovementType', Object.keys(accounts))];
  check?.(circumstances.view, values);
  const trees = children['reservation_item'] ?? [];
  refuseIf(trees.length === 0, 'M7/022', 'The reservation has no items.', 'to_ReservationDocumentItem');
  const { number, change } = nextNumber(circumstances.view, 'reservation');
  const header: Row = { ...values, Reservation: number };
  const items = trees.map((each, index) =>
    newItem(
      circumstances,
      header,
      each.values,
      given(each.values, 'ReservationItem') || String(index + 1).padStart(4, '0'),
    ),
  );
  return {
    numbers: [change],
    changes: [put('reservation', header), ...items.map((row) => put('reservation_item', row))],
    row: header,
    reference: referenceOf(items[0]),
  };
};

/** Changes an item; one that goods were withdrawn for can be closed, not flagged for deletion. */
export const changeReservationItem = (_: Circumstances, before: Row, { values }: Tree): Outcome => {
  const shown = `Item ${Number(given(before, 'ReservationItem'))} of reservation ${given(before, 'Reservation')}`;
  const row: Row = { ...before, ...values };
  refuseIf(before['ReservationItmIsMarkedForDeltn'] === true, 'M7/025', `${shown} is marked for deletion.`);
  const withdrawn = new Big(given(before, 'ResvnItmWithdrawnQtyInBaseUnit') || '0');
  const deletes = row['ReservationItmIsMarkedForDeltn'] === true;
  refuseIf(deletes && withdrawn.gt(0), 'M7/026', `${shown} cannot be deleted: goods have been withdrawn.`);
  return { changes: [put('reservation_item', row)], row, reference: referenceOf(row) };
};
