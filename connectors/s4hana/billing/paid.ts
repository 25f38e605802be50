import Big from 'big.js';
import * as z from 'zod';
import type { ReadContext } from '../../../lib/protocols/odata.ts';
import { decimalOrZero, string } from '../../../lib/protocols/odata-fields.ts';
import { and, eq, or } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import type { Invoice } from './invoice.ts';

const row = z.object({
  AccountingDocument: string,
  ClearingAccountingDocument: string,
  TransactionCurrency: string,
  AmountInTransactionCurrency: decimalOrZero,
  CashDiscountAmount: decimalOrZero,
});

/**
 * What the customer has paid of an invoice, by the items of accounting: what is cleared, less the discount that was taken,
 * and else the partial payments that name it. An item that was cleared by a credit memo counts as paid: the credit is
 * taken off as a credit.
 */
export async function paidOf(client: S4hanaClient, invoice: Invoice, call: ReadContext): Promise<Big> {
  const { company, year, document } = invoice.accounting;
  if (document === '') return new Big(0);
  const filter = and(
    eq('CompanyCode', company),
    eq('FinancialAccountType', 'D'),
    or(
      `(${and(eq('AccountingDocument', document), eq('FiscalYear', year))})`,
      `(${and(eq('InvoiceReference', document), eq('InvoiceReferenceFiscalYear', year))})`,
    ),
  );
  const items = await client.service('accounting').rows('A_OperationalAcctgDocItemCube', { filter }, row, call);
  return items
    .filter(({ TransactionCurrency }) => TransactionCurrency === invoice.currency)
    .reduce((sum, item) => {
      if (item.AccountingDocument !== document) return sum.minus(item.AmountInTransactionCurrency);
      if (item.ClearingAccountingDocument === '') return sum;
      return sum.plus(item.AmountInTransactionCurrency).minus(new Big(item.CashDiscountAmount).abs());
    }, new Big(0));
}
