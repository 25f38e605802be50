import Big from 'big.js';
import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { digitsOfCurrency } from '../odata/money.ts';
import { put } from '../tables.ts';
import type { Calendar } from './draw.ts';
import type { Order, OrderedLine } from './purchase-orders.ts';

const storageLocations: Readonly<Record<string, string>> = { '1010': '101A', '1020': '102A', '1030': '103A' };

interface Movement {
  readonly line: OrderedLine;
  readonly type: '101' | '102';
  readonly quantity: number;
  readonly on: number;
  /** The movement after it takes it back. */
  readonly reversed?: boolean;
}

/** A received line, every twentieth of them with a receipt that was posted wrongly and reversed. */
const movementsOf = (line: OrderedLine, index: number): Movement[] => {
  if (line.received === 0) return [];
  const receipt: Movement = { line, type: '101', quantity: line.received, on: line.receivedOn };
  if (index % 20 !== 7) return [receipt];
  const wrong = { line, quantity: line.received, on: line.receivedOn - 1 };
  return [{ ...wrong, type: '101', reversed: true }, { ...wrong, type: '102' }, receipt];
};

const documentKeys = (date: string, index: number) => ({
  MaterialDocumentYear: date.slice(0, 4),
  MaterialDocument: String(5000000001 + index),
});

const movementItem = ({ line, type, quantity, reversed = false }: Movement): Row => {
  const { offer, plant, order, line: number } = line;
  return {
    MaterialDocumentItem: '0001',
    Material: offer.item.id,
    Plant: plant,
    StorageLocation: storageLocations[plant] ?? '',
    GoodsMovementType: type,
    InventoryStockType: '01',
    Supplier: offer.supplier.id,
    PurchaseOrder: order,
    PurchaseOrderItem: number,
    GoodsMovementRefDocType: 'B',
    EntryUnit: offer.orderUnit,
    QuantityInEntryUnit: String(quantity),
    MaterialBaseUnit: offer.item.unit,
    QuantityInBaseUnit: String(quantity * (offer.item.orderUnit?.holds ?? 1)),
    CompanyCodeCurrency: 'EUR',
    GoodsMovementIsCancelled: reversed,
  };
};

const movementRecords = (movement: Movement, index: number, calendar: Calendar): Change[] => {
  const date = calendar.day(movement.on);
  const keys = documentKeys(date, index);
  const taken = documentKeys(date, index - 1);
  const reversal = {
    ReversedMaterialDocumentYear: taken.MaterialDocumentYear,
    ReversedMaterialDocument: taken.MaterialDocument,
    ReversedMaterialDocumentItem: '0001',
  };
  return [
    put('material_document', {
      ...keys,
      InventoryTransactionType: 'WE',
      DocumentDate: date,
      PostingDate: date,
      CreationDate: date,
      CreationTime: '08:15:00',
      CreatedByUser: 'WAREHOUSE1',
      ReferenceDocument: `LS${movement.line.order.slice(-5)}${index % 10}`,
      GoodsMovementCode: '01',
    }),
    put('material_document_item', { ...keys, ...movementItem(movement), ...(movement.type === '102' && reversal) }),
  ];
};

const lineAmount = ({ offer, price, invoiced }: OrderedLine): Big =>
  new Big(price).times(invoiced).div(offer.per).round(digitsOfCurrency(offer.supplier.currency));

const invoiceItem = (line: OrderedLine, position: number): Row => ({
  SupplierInvoiceItem: String(position + 1).padStart(6, '0'),
  PurchaseOrder: line.order,
  PurchaseOrderItem: line.line,
  Plant: line.plant,
  TaxCode: line.offer.taxCode,
  DocumentCurrency: line.offer.supplier.currency,
  SupplierInvoiceItemAmount: lineAmount(line).toFixed(),
  PurchaseOrderQuantityUnit: line.offer.orderUnit,
  QuantityInPurchaseOrderUnit: String(line.invoiced),
  PurchaseOrderPriceUnit: line.offer.orderUnit,
  QtyInPurchaseOrderPriceUnit: String(line.invoiced),
  IsFinallyInvoiced: true,
});

const invoiceRecords = (order: Order, lines: readonly OrderedLine[], index: number, calendar: Calendar): Change[] => {
  const date = calendar.day(Math.min(0, Math.max(...lines.map(({ receivedOn }) => receivedOn)) + 3));
  const keys = { SupplierInvoice: String(5105600001 + index), FiscalYear: date.slice(0, 4) };
  const { currency, id: supplier, terms } = order.supplier;
  const total = lines.reduce((sum, line) => sum.plus(lineAmount(line)), new Big(0));
  return [
    put('supplier_invoice', {
      ...keys,
      CompanyCode: '1010',
      DocumentDate: date,
      PostingDate: date,
      CreationDate: date,
      InvoicingParty: supplier,
      SupplierInvoiceIDByInvcgParty: `INV${order.id.slice(-6)}`,
      DocumentCurrency: currency,
      InvoiceGrossAmount: total.times('1.19').round(digitsOfCurrency(currency)).toFixed(),
      PaymentTerms: terms,
      SupplierInvoiceStatus: '5',
    }),
    ...lines.map((line, position) => put('supplier_invoice_item', { ...keys, ...invoiceItem(line, position) })),
  ];
};

/** Goods receipts and supplier invoices of the orders. */
export const seedGoodsAndInvoices = (orders: readonly Order[], calendar: Calendar): Change[] => {
  const lines = orders.flatMap((order) => order.lines);
  const movements = lines.flatMap(movementsOf).toSorted((a, b) => a.on - b.on);
  const invoiced = orders
    .map((order) => ({ order, billed: order.lines.filter(({ invoiced: quantity }) => quantity > 0) }))
    .filter(({ billed }) => billed.length > 0);
  return [
    ...movements.flatMap((movement, index) => movementRecords(movement, index, calendar)),
    ...invoiced.flatMap(({ order, billed }, index) => invoiceRecords(order, billed, index, calendar)),
  ];
};
