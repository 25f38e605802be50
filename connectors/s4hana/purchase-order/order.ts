import { createHash } from 'node:crypto';
import * as z from 'zod';
import { date, decimal, decimalOrZero, flag, instant, string } from '../../../lib/protocols/odata-fields.ts';
import type { Dialect } from './dialect.ts';

/** What a line shows of its order. */
const parentFields = z.object({
  Supplier: string,
  PurchaseOrderDate: date,
  ReleaseIsNotCompleted: flag,
  /** V2 and V4 call it differently. */
  PurchasingDocumentDeletionCode: string.optional(),
  PurchaseOrderDeletionCode: string.optional(),
});

const parent = parentFields.transform((row) => ({
  supplier: row.Supplier,
  date: row.PurchaseOrderDate,
  isUnreleased: row.ReleaseIsNotCompleted,
  deletionCode: row.PurchasingDocumentDeletionCode || row.PurchaseOrderDeletionCode || '',
}));

const scheduleLine = z
  .object({ ScheduleLine: string, ScheduleLineDeliveryDate: date, ScheduleLineOrderQuantity: decimalOrZero })
  .transform((row) => ({
    line: row.ScheduleLine,
    date: row.ScheduleLineDeliveryDate,
    quantity: row.ScheduleLineOrderQuantity,
  }));

const account = z
  .object({
    CostCenter: string,
    WBSElementExternalID: string,
    OrderID: string,
    SalesOrder: string,
    MasterFixedAsset: string,
    MultipleAcctAssgmtDistrPercent: decimalOrZero,
  })
  .transform((row) => ({
    costCenter: row.CostCenter,
    wbs: row.WBSElementExternalID,
    order: row.OrderID,
    salesOrder: row.SalesOrder,
    asset: row.MasterFixedAsset,
    percent: row.MultipleAcctAssgmtDistrPercent,
  }));

/** Ids of lines without the leading zeros that some services show. */
export const lineId = string.transform((value) => value.replace(/^0+(?=.)/, ''));

/** Fields of a line that both services name alike. */
const itemFields = z.object({
  PurchaseOrder: string,
  PurchaseOrderItem: lineId,
  PurchaseOrderItemText: string,
  PurchasingDocumentDeletionCode: string,
  Material: string,
  MaterialGroup: string,
  Plant: string,
  OrderQuantity: decimalOrZero,
  PurchaseOrderQuantityUnit: string,
  OrderPriceUnit: string,
  OrderPriceUnitToOrderUnitNmrtr: decimalOrZero,
  OrdPriceUnitToOrderUnitDnmntr: decimalOrZero,
  DocumentCurrency: string,
  NetPriceAmount: decimalOrZero,
  NetPriceQuantity: decimalOrZero,
  /** V4 only: what the system computed, discounts included. */
  NetAmount: decimal.nullish(),
  TaxCode: string,
  IsCompletelyDelivered: flag,
  IsFinallyInvoiced: flag,
  OverdelivTolrtdLmtRatioInPct: decimalOrZero,
  UnderdelivTolrtdLmtRatioInPct: decimalOrZero,
  UnlimitedOverdeliveryIsAllowed: flag,
  PurchaseContract: string,
  PurchaseRequisition: string,
  PurchaseRequisitionItem: lineId,
  AccountAssignmentCategory: string,
  '@odata.etag': z.string().optional(),
  schedule: z.array(scheduleLine),
  accounts: z.array(account).default([]),
  parent: parent.nullish(),
});

/** Reads the navigations of a service under common names. */
const renamed = <S extends z.ZodType>(names: Readonly<Record<string, string>>, schema: S) =>
  z.preprocess((row) => {
    if (typeof row !== 'object' || row === null) return row;
    const given = new Map(Object.entries(row));
    return { ...row, ...Object.fromEntries(Object.entries(names).map(([name, from]) => [name, given.get(from)])) };
  }, schema);

const item = itemFields.transform((row) => ({
  order: row.PurchaseOrder,
  line: row.PurchaseOrderItem,
  text: row.PurchaseOrderItemText,
  /** `L` deleted, `S` blocked (KBA 3416344). */
  deletionCode: row.PurchasingDocumentDeletionCode,
  item: row.Material,
  category: row.MaterialGroup,
  site: row.Plant,
  quantity: row.OrderQuantity,
  unit: row.PurchaseOrderQuantityUnit,
  priceUnit: row.OrderPriceUnit || row.PurchaseOrderQuantityUnit,
  /** Price units in `ratio.denominator` order units. */
  ratio: {
    numerator: row.OrderPriceUnitToOrderUnitNmrtr === '0' ? '1' : row.OrderPriceUnitToOrderUnitNmrtr,
    denominator: row.OrdPriceUnitToOrderUnitDnmntr === '0' ? '1' : row.OrdPriceUnitToOrderUnitDnmntr,
  },
  currency: row.DocumentCurrency,
  price: row.NetPriceAmount,
  priceQuantity: row.NetPriceQuantity === '0' ? '1' : row.NetPriceQuantity,
  net: row.NetAmount ?? undefined,
  taxCode: row.TaxCode,
  isDelivered: row.IsCompletelyDelivered,
  isFinallyInvoiced: row.IsFinallyInvoiced,
  over: row.OverdelivTolrtdLmtRatioInPct,
  under: row.UnderdelivTolrtdLmtRatioInPct,
  isUnlimited: row.UnlimitedOverdeliveryIsAllowed,
  contract: row.PurchaseContract,
  requisition: row.PurchaseRequisition,
  requisitionLine: row.PurchaseRequisitionItem,
  accountCategory: row.AccountAssignmentCategory,
  etag: row['@odata.etag'],
  schedule: row.schedule,
  accounts: row.accounts,
  /** Only where it was expanded. */
  parent: row.parent ?? undefined,
}));

/** A schema is compiled when it first parses: there is one for each dialect, not one for each call. */
const perDialect = <S>(make: (dialect: Dialect) => S): ((dialect: Dialect) => S) => {
  const made = new Map<Dialect, S>();
  return (dialect) => {
    const schema = made.get(dialect) ?? make(dialect);
    made.set(dialect, schema);
    return schema;
  };
};

/** A line of a purchase order in words that both services share. */
export type OrderLine = z.output<typeof item>;

/** How a service shows a line. */
export const itemSchema = perDialect(({ scheduleLines, accounts, parent: order }) =>
  renamed({ schedule: scheduleLines, accounts, parent: order }, item),
);

const headerFields = z.object({
  PurchaseOrder: z.string().min(1),
  Supplier: string,
  CompanyCode: string,
  PurchasingOrganization: string,
  PurchaseOrderDate: date,
  DocumentCurrency: string,
  CorrespncInternalReference: string,
  CorrespncExternalReference: string,
  PurchasingProcessingStatus: string,
  PurchasingCompletenessStatus: flag,
  ReleaseIsNotCompleted: flag,
  LastChangeDateTime: instant,
  deletionCode: string,
});

/** How a service shows an order with its lines. */
export const orderSchema = perDialect((dialect) =>
  renamed(
    { deletionCode: dialect.headerDeletionCode, lines: dialect.items },
    headerFields.extend({ lines: z.array(itemSchema(dialect)) }).transform((row) => ({
      id: row.PurchaseOrder,
      supplier: row.Supplier,
      companyCode: row.CompanyCode,
      purchasingOrganization: row.PurchasingOrganization,
      date: row.PurchaseOrderDate,
      currency: row.DocumentCurrency,
      internalReference: row.CorrespncInternalReference,
      externalReference: row.CorrespncExternalReference,
      processing: row.PurchasingProcessingStatus,
      /** The order is held: not yet complete (label of the field in the metadata). */
      isIncomplete: row.PurchasingCompletenessStatus,
      isUnreleased: row.ReleaseIsNotCompleted,
      lastChange: row.LastChangeDateTime ?? '',
      deletionCode: row.deletionCode,
      // OData promises no order among expanded entities; versions and comparisons need one.
      lines: row.lines.toSorted((a, b) => Number(a.line) - Number(b.line)),
    })),
  ),
);

/** A purchase order in words that both services share. */
export type PurchaseOrder = z.output<ReturnType<typeof orderSchema>>;

/** Changes whenever the order changes: V2 has no ETag, and its time of change may be too coarse. */
export function versionOf({ lastChange, processing, lines }: PurchaseOrder): string {
  const facts = lines.map((line) => [
    ...[line.line, line.deletionCode, line.quantity, line.price, line.priceQuantity, line.priceUnit],
    ...[line.isDelivered, line.isFinallyInvoiced, line.schedule],
  ]);
  return createHash('sha256')
    .update(JSON.stringify([lastChange, processing, facts]))
    .digest('hex')
    .slice(0, 16);
}
