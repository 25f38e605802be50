import * as z from 'zod';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { Entity, Query, ReadContext, WriteContext } from '../../../lib/protocols/odata.ts';
import { keyPath } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { type Dialect, dialectOf } from './dialect.ts';
import { itemSchema, type OrderLine, orderSchema, type PurchaseOrder } from './order.ts';

/** The configured service and its names. */
export function orderService(client: S4hanaClient): {
  readonly dialect: Dialect;
  readonly service: ReturnType<S4hanaClient['service']>;
} {
  const dialect = dialectOf(client.settings.purchaseOrders);
  return { dialect, service: client.service(dialect.service) };
}

/** An order with everything that belongs to it; undefined when there is none. */
export function findOrder(
  client: S4hanaClient,
  id: string,
  call: ReadContext,
): Promise<Entity<PurchaseOrder> | undefined> {
  const { dialect, service } = orderService(client);
  return service.find(dialect.header, { PurchaseOrder: id }, dialect.wholeOrder, orderSchema(dialect), call);
}

/** An order that must exist. Throws `NOT_FOUND`. */
export async function existingOrder(
  client: S4hanaClient,
  id: string,
  call: ReadContext,
): Promise<Entity<PurchaseOrder>> {
  const order = await findOrder(client, id, call);
  if (!order) throw new CountersignError('NOT_FOUND', `There is no purchase order ${id}.`);
  return order;
}

/** Lines of any orders, with their schedules. */
export function findLines(client: S4hanaClient, query: Omit<Query, 'expand'>, call: ReadContext): Promise<OrderLine[]> {
  const { dialect, service } = orderService(client);
  return service.rows(dialect.item, { ...query, ...dialect.withSchedule }, itemSchema(dialect), call);
}

/** Ids of the orders that a filter finds. */
export async function findOrderIds(client: S4hanaClient, filter: string, call: ReadContext): Promise<string[]> {
  const { dialect, service } = orderService(client);
  const row = z.object({ PurchaseOrder: z.string().min(1) });
  const rows = await service.rows(dialect.header, { filter, select: ['PurchaseOrder'] }, row, call);
  return rows.map(({ PurchaseOrder }) => PurchaseOrder);
}

/** Sends the deep insert and answers the new order's id. */
export async function insertOrder(client: S4hanaClient, body: unknown, call: WriteContext): Promise<string> {
  const { dialect, service } = orderService(client);
  const created = z
    .object({ PurchaseOrder: z.string().min(1) })
    .safeParse(await service.change({ method: 'POST', path: dialect.header, body }, call));
  if (created.success) return created.data.PurchaseOrder;
  throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The system confirmed an order without naming it.', {
    applied: 'unknown',
  });
}

/** Path of a line. */
export const linePath = (dialect: Dialect, order: string, line: string): string =>
  keyPath(dialect.item, { PurchaseOrder: order, PurchaseOrderItem: line });
