import Big from 'big.js';
import type { Row } from '../../../../lib/simulation/state.ts';
import { costCenters } from '../model/organisation.ts';
import type { Tree } from '../odata/payload.ts';
import { given, refuseIf, required } from './given.ts';
import { dayOf } from './numbers.ts';
import { checkQuantity } from './purchase-order-price.ts';
import { netValue } from './release.ts';

const DAY = 86_400_000;

/** Schedule lines as they were sent; without any, one for the whole quantity after the planned delivery time. */
const proposedLines = (item: Row, trees: readonly Tree[], info: Row | undefined, now: number): Row[] => {
  const whole = given(item, 'OrderQuantity');
  const due = dayOf(now + Number(given(info, 'MaterialPlannedDeliveryDurn') || 1) * DAY);
  if (trees.length === 0) return [{ ScheduleLineDeliveryDate: due, ScheduleLineOrderQuantity: whole }];
  return trees.map(({ values }) => ({
    ...values,
    ScheduleLineDeliveryDate: required(values, 'ScheduleLineDeliveryDate'),
    ScheduleLineOrderQuantity: given(values, 'ScheduleLineOrderQuantity') || (trees.length === 1 ? whole : ''),
  }));
};

const checkLines = (item: Row, lines: readonly Row[]): void => {
  const [unit, ordered] = [given(item, 'PurchaseOrderQuantityUnit'), given(item, 'OrderQuantity')];
  for (const line of lines) {
    const lineUnit = given(line, 'PurchaseOrderQuantityUnit') || unit;
    const target = 'PurchaseOrderQuantityUnit';
    refuseIf(lineUnit !== unit, 'ME/097', 'The unit of a schedule line is that of its item.', target);
    checkQuantity(given(line, 'ScheduleLineOrderQuantity'), unit);
  }
  const sum = lines.reduce((total, line) => total.plus(given(line, 'ScheduleLineOrderQuantity')), new Big(0));
  const message = `The schedule lines add up to ${sum.toFixed()}, the item orders ${ordered}.`;
  refuseIf(!sum.eq(ordered), '06/339', message, 'ScheduleLineOrderQuantity');
};

/** The schedule lines of a new item; they have to add up to its quantity. */
export const scheduleLines = (item: Row, trees: readonly Tree[], info: Row | undefined, now: number): Row[] => {
  const proposed = proposedLines(item, trees, info, now);
  checkLines(item, proposed);
  const lines = proposed.map((line, index) => ({
    ...line,
    PurchaseOrder: given(item, 'PurchaseOrder'),
    PurchaseOrderItem: given(item, 'PurchaseOrderItem'),
    ScheduleLine: given(line, 'ScheduleLine') || String(index + 1).padStart(4, '0'),
    PurchaseOrderQuantityUnit: given(item, 'PurchaseOrderQuantityUnit'),
    SchedLineStscDeliveryDate: given(line, 'ScheduleLineDeliveryDate'),
    OpenPurchaseOrderQuantity: given(line, 'ScheduleLineOrderQuantity'),
  }));
  const distinct = new Set(lines.map((line) => line.ScheduleLine)).size;
  refuseIf(distinct < lines.length, 'ME/075', 'A schedule line number is used twice.', 'ScheduleLine');
  return lines;
};

const accountAssignment = (item: Row, values: Row, index: number): Row => {
  const costCenter = required(values, 'CostCenter');
  const unknown = !costCenters.includes(costCenter);
  refuseIf(unknown, 'KI/265', `Cost center ${costCenter} does not exist.`, 'CostCenter');
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
};

/** The account assignments of a new item, as its category asks for them; the only category customized is K. */
export const accountAssignments = (item: Row, trees: readonly Tree[]): Row[] => {
  const category = given(item, 'AccountAssignmentCategory');
  const field = 'AccountAssignmentCategory';
  refuseIf(category === '' && trees.length > 0, '06/437', 'Enter an account assignment category.', field);
  refuseIf(
    !['', 'K'].includes(category),
    '06/438',
    `Account assignment category ${category} is not customized.`,
    field,
  );
  refuseIf(category === 'K' && trees.length === 0, '06/439', 'Maintain an account assignment for the item.', field);
  return trees.map(({ values }, index) => accountAssignment(item, values, index));
};

/** Notes of an order or an item, with the keys of what they belong to. */
export const notesOf = (trees: readonly Tree[], owner: Row): Row[] =>
  trees.map(({ values }) => ({
    ...values,
    ...owner,
    TextObjectType: required(values, 'TextObjectType'),
    Language: given(values, 'Language') || 'EN',
  }));
