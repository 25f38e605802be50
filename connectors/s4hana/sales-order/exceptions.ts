import Big from 'big.js';
import type * as z from 'zod';
import type { findOrderExceptions } from '../../../contracts/find-order-exceptions.ts';
import { digitsOf } from '../../../contracts/shapes.ts';
import type { Units } from '../units.ts';
import { confirmedOf, openOfLine, type SalesLine, type SalesOrder } from './order.ts';

type Exception = z.output<typeof findOrderExceptions.output>['exceptions'][number];

/** Kinds of exceptions that are asked for. */
export type Kind = Exception['kind'];

interface Context {
  /** The company's civil date. */
  readonly today: string;
  readonly units: Units;
  readonly site: string | undefined;
}

/** A line that is late, not confirmed or rejected. */
const ofLine: Readonly<Record<string, (line: SalesLine, due: string | undefined, today: string) => boolean>> = {
  late: (line, due, today) => openOfLine(line).gt(0) && due !== undefined && due < today,
  unconfirmed: (line) => openOfLine(line).gt(0) && confirmedOf(line).lt(line.ordered),
  rejected_lines: ({ rejectedReason }) => rejectedReason !== '',
};

/** Exceptions of one order, of the kinds asked for. */
export function exceptionsOf(order: SalesOrder, kinds: readonly Kind[], context: Context): Exception[] {
  const lines = order.lines.filter(({ site }) => context.site === undefined || site === context.site);
  if (lines.length === 0) return [];
  return kinds.flatMap((kind) => {
    const applies = ofLine[kind];
    if (!applies) return ofOrder(kind, { order, lines, context });
    return lines
      .filter((line) => applies(line, dueOf(order, line), context.today))
      .map((line) => lineException(kind, { order, line, context }));
  });
}

/** The earliest date that was confirmed and not yet met, else the requested one. */
function dueOf({ requestedDate }: SalesOrder, { schedule }: SalesLine): string | undefined {
  const open = schedule.filter(({ confirmed, delivered }) => new Big(confirmed).gt(delivered));
  return open.flatMap(({ confirmedDate }) => confirmedDate ?? []).toSorted()[0] ?? requestedDate;
}

function lineException(
  kind: Kind,
  { order, line, context }: { order: SalesOrder; line: SalesLine; context: Context },
): Exception {
  const due = dueOf(order, line);
  return {
    kind,
    order: order.id,
    line: line.line,
    customer: order.customer,
    ...(due && { dueDate: due }),
    daysLate: daysLate(due, context.today),
    openQuantity: { value: openOfLine(line).toFixed(), unit: context.units.toRec20(line.unit) },
    openAmount: { amount: openAmount([line], order.currency), currency: order.currency },
    ...(line.rejectedReason && { cause: line.rejectedReason }),
  };
}

const blockOf = { delivery_block: 'delivery', billing_block: 'billing', credit_block: 'credit' } as const;
const isBlock = (kind: Kind): kind is keyof typeof blockOf => kind in blockOf;

function ofOrder(
  kind: Kind,
  { order, lines, context }: { order: SalesOrder; lines: readonly SalesLine[]; context: Context },
): Exception[] {
  const block = isBlock(kind) ? order.blocks.find((each) => each.kind === blockOf[kind]) : undefined;
  if (!block && !(kind === 'partly_delivered' && order.delivery === 'B')) return [];
  const due =
    lines.flatMap((line) => (openOfLine(line).gt(0) ? (dueOf(order, line) ?? []) : [])).toSorted()[0] ??
    order.requestedDate;
  return [
    {
      kind,
      order: order.id,
      customer: order.customer,
      ...(due && { dueDate: due }),
      daysLate: daysLate(due, context.today),
      openAmount: { amount: openAmount(lines, order.currency), currency: order.currency },
      ...(block && { cause: block.code }),
    },
  ];
}

const daysLate = (due: string | undefined, today: string): number =>
  due === undefined ? 0 : Math.max(0, Math.round((Date.parse(today) - Date.parse(due)) / 86_400_000));

/** Net value of what is open, in proportion to the line's quantity. */
const openAmount = (lines: readonly SalesLine[], currency: string): string =>
  lines
    .reduce((sum, line) => {
      const part = new Big(line.ordered).eq(0) ? new Big(0) : openOfLine(line).times(line.net).div(line.ordered);
      return sum.plus(part.round(digitsOf(currency)));
    }, new Big(0))
    .toFixed(digitsOf(currency));
