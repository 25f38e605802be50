import * as z from 'zod';
import { CountersignError } from '../../../lib/core/errors.ts';
import type { Entity, ReadContext, WriteContext } from '../../../lib/protocols/odata.ts';
import { and, eq, keyPath } from '../../../lib/protocols/odata-url.ts';
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

interface OfItem {
  readonly item: string;
  readonly site?: string | undefined;
}

const ofItem = ({ item, site }: OfItem, more?: string): string =>
  and(eq('Material', item), site === undefined ? undefined : eq('Plant', site), more);

/** Lines of an item that are not completely delivered, with their schedules and orders. */
export function openLinesOf(client: S4hanaClient, asked: OfItem, call: ReadContext): Promise<OrderLine[]> {
  const { dialect, service } = orderService(client);
  const filter = ofItem(asked, and('IsCompletelyDelivered eq false', eq('PurchasingDocumentDeletionCode', '')));
  return service.rows(dialect.item, { filter, ...dialect.wholeLine }, itemSchema(dialect), call);
}

/** Some lines of an item, the newest order first, with their schedules and orders. */
export async function newestLinesOf(
  client: S4hanaClient,
  { top, skip, ...asked }: OfItem & { readonly top: number; readonly skip: number },
  call: ReadContext,
): Promise<OrderLine[]> {
  const { dialect, service } = orderService(client);
  // The order's date is a field of the header: numbers grow with time.
  const query = { filter: ofItem(asked), orderBy: 'PurchaseOrder desc', top, skip, ...dialect.wholeLine };
  return (await service.page(dialect.item, query, itemSchema(dialect), call)).rows;
}

const named = z.object({ PurchaseOrder: z.string().min(1) });

/** Ids of the orders that a filter finds. */
export async function findOrderIds(client: S4hanaClient, filter: string, call: ReadContext): Promise<string[]> {
  const { dialect, service } = orderService(client);
  const rows = await service.rows(dialect.header, { filter, select: ['PurchaseOrder'] }, named, call);
  return rows.map(({ PurchaseOrder }) => PurchaseOrder);
}

/** Sends the deep insert and answers the new order's id. */
export async function insertOrder(client: S4hanaClient, body: unknown, call: WriteContext): Promise<string> {
  const { dialect, service } = orderService(client);
  const created = named.safeParse(await service.change({ method: 'POST', path: dialect.header, body }, call));
  if (created.success) return created.data.PurchaseOrder;
  throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The system confirmed an order without naming it.', {
    applied: 'unknown',
  });
}

interface LineKey {
  readonly order: string;
  readonly line: string;
  readonly etag: string | undefined;
}

const linePath = ({ item }: Dialect, { order, line }: Omit<LineKey, 'etag'>): string =>
  keyPath(item, { PurchaseOrder: order, PurchaseOrderItem: line });

/** Changes fields of a line. */
export async function changeLine(
  client: S4hanaClient,
  { etag, body, ...key }: LineKey & { readonly body: unknown },
  call: WriteContext,
): Promise<void> {
  const { dialect, service } = orderService(client);
  await service.change({ method: 'PATCH', path: linePath(dialect, key), body, etag }, call);
}

/** Flags a line as deleted. */
export async function deleteLine(client: S4hanaClient, { etag, ...key }: LineKey, call: WriteContext): Promise<void> {
  const { dialect, service } = orderService(client);
  await service.change({ method: 'DELETE', path: linePath(dialect, key), etag }, call);
}

/** Flags an order and all its lines as deleted. */
export async function deleteOrder(
  client: S4hanaClient,
  { order, etag }: Omit<LineKey, 'line'>,
  call: WriteContext,
): Promise<void> {
  const { dialect, service } = orderService(client);
  await service.change({ method: 'DELETE', path: keyPath(dialect.header, { PurchaseOrder: order }), etag }, call);
}
