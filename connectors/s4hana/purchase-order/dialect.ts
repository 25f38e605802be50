import type { Query } from '../../../lib/protocols/odata.ts';
import { v2Date, v2DateLiteral } from '../../../lib/protocols/odata-fields.ts';
import type { ServiceName } from '../client.ts';
import type { PurchaseOrderApi } from '../settings.ts';

/** What the V2 and the V4 purchase order service call by other names. */
export interface Dialect {
  readonly service: ServiceName;
  readonly header: string;
  readonly item: string;
  readonly items: string;
  readonly parent: string;
  readonly scheduleLines: string;
  readonly accounts: string;
  readonly notes: string;
  readonly headerDeletionCode: string;
  /** Everything that belongs to an order, in one request. */
  readonly wholeOrder: Pick<Query, 'expand'>;
  /** Lines with their schedule and their order. */
  readonly wholeLine: Pick<Query, 'expand'>;
  /** A civil date in a filter. */
  dateLiteral(value: string): string;
  /** A civil date in a body. */
  date(value: string): string;
  /** Currency and unit that V4 wants beside a price and V2 knows (KBA 3360429). */
  besidePrice(price: { readonly currency: string; readonly unit: string }): Readonly<Record<string, string>>;
  /** Unit that V4 wants beside a quantity of a schedule line. */
  scheduleUnit(unit: string): Readonly<Record<string, string>>;
}

const v2: Dialect = {
  service: 'purchaseOrderV2',
  header: 'A_PurchaseOrder',
  item: 'A_PurchaseOrderItem',
  items: 'to_PurchaseOrderItem',
  parent: 'to_PurchaseOrder',
  scheduleLines: 'to_ScheduleLine',
  accounts: 'to_AccountAssignment',
  notes: 'to_PurchaseOrderNote',
  headerDeletionCode: 'PurchasingDocumentDeletionCode',
  wholeOrder: { expand: 'to_PurchaseOrderItem/to_ScheduleLine,to_PurchaseOrderItem/to_AccountAssignment' },
  wholeLine: { expand: 'to_ScheduleLine,to_PurchaseOrder' },
  dateLiteral: v2DateLiteral,
  date: v2Date,
  besidePrice: () => ({}),
  scheduleUnit: () => ({}),
};

const v4: Dialect = {
  service: 'purchaseOrderV4',
  header: 'PurchaseOrder',
  item: 'PurchaseOrderItem',
  items: '_PurchaseOrderItem',
  parent: '_PurchaseOrder',
  scheduleLines: '_PurchaseOrderScheduleLineTP',
  accounts: '_PurOrdAccountAssignment',
  notes: '_PurchaseOrderNote',
  headerDeletionCode: 'PurchaseOrderDeletionCode',
  wholeOrder: { expand: '_PurchaseOrderItem($expand=_PurchaseOrderScheduleLineTP,_PurOrdAccountAssignment)' },
  wholeLine: { expand: '_PurchaseOrderScheduleLineTP,_PurchaseOrder' },
  dateLiteral: (value) => value,
  date: (value) => value,
  besidePrice: ({ currency, unit }) => ({ DocumentCurrency: currency, OrderPriceUnit: unit }),
  scheduleUnit: (PurchaseOrderQuantityUnit) => ({ PurchaseOrderQuantityUnit }),
};

/** The names of the configured service. */
export const dialectOf = (api: PurchaseOrderApi): Dialect => (api === 'v2' ? v2 : v4);
