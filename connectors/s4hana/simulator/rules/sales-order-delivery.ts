import Big from 'big.js';
import { type Change, type Row, recordKey } from '../../../../lib/simulation/state.ts';
import type { View } from '../odata/view.ts';
import { put } from '../tables.ts';
import { given } from './given.ts';
import { changeStamp, dayOf } from './numbers.ts';

/** A line of a sales order and what of it is due for delivery. */
export interface OrderLine {
  readonly item: Row;
  readonly due: Big;
}

const linesOf = (view: View, table: string, order: string): readonly Row[] =>
  view.rows(table).filter((row) => row['SalesOrder'] === order);

const scheduleOf = (view: View, item: Row): readonly Row[] =>
  linesOf(view, 'sales_order_schedule_line', given(item, 'SalesOrder')).filter(
    (row) => row['SalesOrderItem'] === item['SalesOrderItem'],
  );

/** Lines of which something is confirmed up to a day, not rejected and not yet delivered. */
export const dueOf = (view: View, order: string, today: string): OrderLine[] =>
  linesOf(view, 'sales_order_item', order)
    .filter((item) => given(item, 'SalesDocumentRjcnReason') === '')
    .map((item) => ({
      item,
      due: scheduleOf(view, item)
        .filter((line) => given(line, 'ConfirmedDeliveryDate') !== '' && given(line, 'ConfirmedDeliveryDate') <= today)
        .reduce((sum, line) => sum.plus(given(line, 'OpenConfdDelivQtyInOrdQtyUnit') || '0'), new Big(0)),
    }))
    .filter(({ due }) => due.gt(0));

const statusOf = (done: Big, all: string): string => (done.gte(all) ? 'C' : done.gt(0) ? 'B' : 'A');

const overall = (statuses: readonly string[]): string =>
  statuses.every((status) => status === 'C') ? 'C' : statuses.some((status) => status !== 'A') ? 'B' : 'A';

/** What a delivery, or the end of one, changes in its order: the schedule lines in their order, the statuses, the stamp. */
export const bookedOnOrder = (view: View, item: Row, quantity: Big, now: number): Change[] => {
  let rest = quantity;
  const lines = scheduleOf(view, item).map((line): Row => {
    const delivered = new Big(given(line, 'DeliveredQtyInOrderQtyUnit') || '0');
    const open = new Big(given(line, 'OpenConfdDelivQtyInOrdQtyUnit') || '0');
    const part = rest.gt(0) ? smaller(rest, open) : smaller(rest.times(-1), delivered).times(-1);
    rest = rest.minus(part);
    return {
      ...line,
      DeliveredQtyInOrderQtyUnit: delivered.plus(part).toFixed(),
      OpenConfdDelivQtyInOrdQtyUnit: open.minus(part).toFixed(),
    };
  });
  const delivered = lines.reduce((sum, line) => sum.plus(given(line, 'DeliveredQtyInOrderQtyUnit')), new Big(0));
  const status = statusOf(delivered, given(item, 'RequestedQuantity'));
  const changed: Row = { ...item, DeliveryStatus: status, SDProcessStatus: status };
  const order = given(item, 'SalesOrder');
  const header = view.row('sales_order', recordKey(order)) ?? {};
  const statuses = linesOf(view, 'sales_order_item', order).map((each) =>
    each['SalesOrderItem'] === item['SalesOrderItem'] ? status : given(each, 'DeliveryStatus'),
  );
  const whole = overall(statuses);
  return [
    ...lines.map((line) => put('sales_order_schedule_line', line)),
    put('sales_order_item', changed),
    put('sales_order', {
      ...header,
      OverallDeliveryStatus: whole,
      OverallTotalDeliveryStatus: whole,
      // What is delivered is still to be billed.
      OverallSDProcessStatus: whole === 'C' ? 'B' : whole,
      LastChangeDate: dayOf(now),
      LastChangeDateTime: changeStamp(now, header['LastChangeDateTime']),
    }),
  ];
};

const smaller = (a: Big, b: Big): Big => (a.lt(b) ? a : b);
