import Big from 'big.js';
import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { preview, type View } from '../odata/view.ts';
import type { Circumstances, Outcome } from '../odata/write.ts';
import { put } from '../tables.ts';
import { given, refuseIf } from './given.ts';
import { dayOf, nextNumber } from './numbers.ts';
import { deliveryItems } from './outbound-delivery.ts';

/** The next version of a delivery, which its ETag is made of. */
export const nextVersion = (header: Row): string =>
  String(Number(given(header, 'DeliveryVersion')) + 1).padStart(4, '0');

const checkPostable = (header: Row, items: readonly Row[]): void => {
  const delivery = given(header, 'DeliveryDocument');
  refuseIf(
    given(header, 'OverallGoodsMovementStatus') === 'C',
    'VL/601',
    `Goods issue of delivery ${delivery} has been posted.`,
  );
  refuseIf(
    given(header, 'Warehouse') !== '',
    'VL/605',
    `Goods issue of delivery ${delivery} is posted by the warehouse system.`,
  );
  refuseIf(
    given(header, 'OverallPickingStatus') !== 'C',
    'VL/609',
    `Delivery ${delivery} has not been picked completely.`,
  );
  const unbatched = items.find((item) => item['MaterialIsBatchManaged'] === true && given(item, 'Batch') === '');
  refuseIf(
    unbatched !== undefined,
    'M7/018',
    `Enter Batch (item ${Number(given(unbatched, 'DeliveryDocumentItem'))}).`,
  );
};

const stockOf = (view: View, item: Row): Row | undefined =>
  view
    .rows('stock')
    .find(
      (row) =>
        row['Material'] === item['Material'] &&
        row['Plant'] === item['Plant'] &&
        row['StorageLocation'] === item['StorageLocation'] &&
        given(row, 'Batch') === given(item, 'Batch') &&
        row['InventoryStockType'] === '01' &&
        row['InventorySpecialStockType'] === '',
    );

/** Unrestricted stock less what an item takes; M7 021 where there is less. */
const taken = (view: View, item: Row, quantity: Big): Change => {
  const { Material, Plant, StorageLocation, DeliveryQuantityUnit } = item;
  const stock = stockOf(view, item);
  const left = new Big(given(stock, 'MatlWrhsStkQtyInMatlBaseUnit') || '0').minus(quantity);
  const deficit = left.times(-1).toFixed();
  refuseIf(
    left.lt(0) || !stock,
    'M7/021',
    `Deficit of BA Unrestricted-use ${deficit} ${DeliveryQuantityUnit} : ${Material} ${Plant} ${StorageLocation}`,
  );
  return put('stock', { ...stock, MatlWrhsStkQtyInMatlBaseUnit: left.toFixed() });
};

/** Postings are dated on the day; the books may be closed for it. */
const checkPeriod = (view: View, today: string): void => {
  const closed = given(view.row('posting_period', '1010'), 'ClosedUpTo');
  const next = `${today.slice(0, 4)}/${today.slice(5, 7)}`;
  refuseIf(closed >= today, 'M7/053', `Posting only possible in periods after ${next} in company code 1010.`);
};

/** Posts the goods issue: the stock goes down, a material document tells of it. */
export const postGoodsIssue = ({ view, now, user }: Circumstances, header: Row): Outcome => {
  const items = deliveryItems(view, given(header, 'DeliveryDocument'));
  checkPostable(header, items);
  return moved({ view, now, user }, { header, items, type: '601' });
};

/** Takes the goods issue back, as long as nothing of it is billed. */
export const reverseGoodsIssue = ({ view, now, user }: Circumstances, header: Row): Outcome => {
  const delivery = given(header, 'DeliveryDocument');
  refuseIf(
    given(header, 'OverallGoodsMovementStatus') !== 'C',
    'VL/606',
    `Goods issue of delivery ${delivery} has not been posted.`,
  );
  refuseIf(given(header, 'OverallDelivReltdBillgStatus') !== 'A', 'VL/607', `Delivery ${delivery} has been billed.`);
  return moved({ view, now, user }, { header, items: deliveryItems(view, delivery), type: '602' });
};

interface Movement {
  readonly header: Row;
  readonly items: readonly Row[];
  readonly type: '601' | '602';
}

const moved = (
  { view, now, user }: Pick<Circumstances, 'view' | 'now' | 'user'>,
  { header, items, type }: Movement,
): Outcome => {
  const isIssue = type === '601';
  checkPeriod(view, dayOf(now));
  const { number, change } = nextNumber(view, 'goods_issue');
  const changes: Change[] = [];
  for (const item of items) {
    const quantity = new Big(given(item, 'ActualDeliveryQuantity')).times(isIssue ? 1 : -1);
    changes.push(taken(preview(view, changes), item, quantity));
  }
  const status = isIssue ? 'C' : 'A';
  const row: Row = {
    ...header,
    OverallGoodsMovementStatus: status,
    OverallSDProcessStatus: isIssue ? 'B' : 'A',
    ActualGoodsMovementDate: isIssue ? dayOf(now) : null,
    LastChangeDate: dayOf(now),
    DeliveryVersion: nextVersion(header),
  };
  const document = { MaterialDocumentYear: dayOf(now).slice(0, 4), MaterialDocument: number };
  changes.push(
    put('outbound_delivery', row),
    ...items.map((item) => put('outbound_delivery_item', { ...item, GoodsMovementStatus: status })),
    put('material_document', { ...document, DocumentDate: dayOf(now), PostingDate: dayOf(now), CreatedByUser: user }),
    ...items.map((item, n) =>
      put('material_document_item', {
        ...document,
        MaterialDocumentItem: String(n + 1).padStart(4, '0'),
        Material: given(item, 'Material'),
        Plant: given(item, 'Plant'),
        StorageLocation: given(item, 'StorageLocation'),
        GoodsMovementType: type,
        QuantityInEntryUnit: given(item, 'ActualDeliveryQuantity'),
        EntryUnit: given(item, 'DeliveryQuantityUnit'),
      }),
    ),
  );
  return { numbers: [change], changes, row, reference: given(header, 'YY1_Countersign_DLH') || null };
};
