import Big from 'big.js';
import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { put } from '../tables.ts';

/** One item of a billing document. */
export interface BilledItem {
  readonly number: string;
  readonly material: string;
  readonly text: string;
  readonly plant: string;
  readonly quantity: string;
  readonly unit: string;
  /** Decimal, EUR. */
  readonly net: string;
  readonly reference: readonly [document: string, item: string, category: string];
  readonly sales: readonly [document: string, item: string, category: string];
}

/** A billing document as it is posted: an invoice (`M`) or a credit memo (`O`). */
export interface Billing {
  readonly number: string;
  readonly accountingDocument: string;
  readonly category: 'M' | 'O';
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly customer: string;
  readonly customerReference: string;
  readonly items: readonly BilledItem[];
  /** Day on which it was cleared. */
  readonly clearedOn?: string | undefined;
}

/** Sales tax of the simulated company on a net amount in EUR: 19 %. */
export const taxOn = (net: string | Big): Big => new Big(net).times('0.19').round(2, Big.roundHalfUp);

const sum = (amounts: readonly (string | Big)[]): Big =>
  amounts.reduce<Big>((total, amount) => total.plus(amount), new Big(0));

const itemRow = (billing: Billing, item: BilledItem): Row => ({
  BillingDocument: billing.number,
  BillingDocumentItem: item.number,
  SalesDocumentItemCategory: billing.category === 'M' ? 'TAN' : 'L2N',
  Material: item.material,
  BillingDocumentItemText: item.text,
  Plant: item.plant,
  BillingQuantity: item.quantity,
  BillingQuantityUnit: item.unit,
  NetAmount: item.net,
  TaxAmount: taxOn(item.net).toFixed(2),
  GrossAmount: taxOn(item.net).plus(item.net).toFixed(2),
  TransactionCurrency: 'EUR',
  ReferenceSDDocument: item.reference[0],
  ReferenceSDDocumentItem: item.reference[1],
  ReferenceSDDocumentCategory: item.reference[2],
  SalesDocument: item.sales[0],
  SalesDocumentItem: item.sales[1],
  SalesSDDocumentCategory: item.sales[2],
});

/** The records of a billing document with its item in accounting. */
export const billingRecords = (billing: Billing): Change[] => {
  const { number, category, date, clearedOn, accountingDocument } = billing;
  const net = sum(billing.items.map((item) => item.net));
  const tax = sum(billing.items.map((item) => taxOn(item.net)));
  const books = { CompanyCode: '1010', FiscalYear: date.slice(0, 4), AccountingDocument: accountingDocument };
  const header: Row = {
    ...books,
    BillingDocument: number,
    SDDocumentCategory: category,
    BillingDocumentCategory: 'L',
    BillingDocumentType: category === 'M' ? 'F2' : 'G2',
    CreationDate: date,
    LastChangeDate: date,
    LastChangeDateTime: `${date}T10:00:00.000Z`,
    SalesOrganization: '1010',
    DistributionChannel: '10',
    Division: '00',
    BillingDocumentDate: date,
    TotalNetAmount: net.toFixed(2),
    TaxAmount: tax.toFixed(2),
    TotalGrossAmount: net.plus(tax).toFixed(2),
    TransactionCurrency: 'EUR',
    PayerParty: billing.customer,
    SoldToParty: billing.customer,
    CustomerPaymentTerms: 'NT30',
    PurchaseOrderByCustomer: billing.customerReference,
    OverallSDProcessStatus: 'C',
    OverallBillingStatus: 'C',
    AccountingPostingStatus: 'C',
    InvoiceClearingStatus: clearedOn === undefined ? 'A' : 'C',
  };
  const gross = category === 'M' ? net.plus(tax) : net.plus(tax).times(-1);
  const open: Row = {
    ...books,
    AccountingDocumentItem: '001',
    AccountingDocumentType: 'RV',
    FinancialAccountType: 'D',
    DebitCreditCode: category === 'M' ? 'S' : 'H',
    PostingKey: category === 'M' ? '01' : '11',
    PostingDate: date,
    Customer: billing.customer,
    BillingDocument: number,
    TransactionCurrency: 'EUR',
    AmountInTransactionCurrency: gross.toFixed(2),
    CashDiscountAmount: '0',
  };
  return [
    put('billing_document', header),
    ...billing.items.map((item) => put('billing_document_item', itemRow(billing, item))),
    put('accounting_item', clearedOn === undefined ? open : cleared(open, clearedOn)),
  ];
};

/** An item of accounting that a payment has cleared. */
export const cleared = (item: Row, day: string): Row => ({
  ...item,
  IsCleared: true,
  ClearingDate: day,
  ClearingAccountingDocument: `14${String(item['AccountingDocument']).slice(2)}`,
  ClearingDocFiscalYear: day.slice(0, 4),
});
