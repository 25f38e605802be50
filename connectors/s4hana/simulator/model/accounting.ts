import { amount, date, digits, type EntityType, flag, type Service, text } from '../odata/edm.ts';

const item: EntityType = {
  set: 'A_OperationalAcctgDocItemCube',
  type: 'A_OperationalAcctgDocItemCubeType',
  table: 'accounting_item',
  keys: ['CompanyCode', 'FiscalYear', 'AccountingDocument', 'AccountingDocumentItem'],
  properties: {
    CompanyCode: text(4),
    FiscalYear: text(4),
    AccountingDocument: text(10),
    AccountingDocumentItem: digits(3),
    AccountingDocumentType: text(2),
    FinancialAccountType: text(1),
    DebitCreditCode: text(1),
    PostingKey: text(2),
    PostingDate: date,
    NetDueDate: date,
    Customer: text(10),
    BillingDocument: text(10),
    ClearingDate: date,
    ClearingAccountingDocument: text(10),
    ClearingDocFiscalYear: text(4),
    IsCleared: flag,
    InvoiceReference: text(10),
    InvoiceReferenceFiscalYear: text(4),
    TransactionCurrency: text(5),
    AmountInTransactionCurrency: amount(24, 3, 'TransactionCurrency'),
    CashDiscountAmount: amount(24, 3, 'TransactionCurrency'),
    IsReversed: flag,
  },
  navigations: {},
};

/** API_OPLACCTGDOCITEMCUBE_SRV: items of journal entries, open and cleared; reading only. */
export const accountingService: Service = {
  id: 'API_OPLACCTGDOCITEMCUBE_SRV',
  root: '/sap/opu/odata/sap/API_OPLACCTGDOCITEMCUBE_SRV',
  namespace: 'API_OPLACCTGDOCITEMCUBE_SRV',
  version: 2,
  component: 'FI-GL',
  entities: { A_OperationalAcctgDocItemCube: item },
};
