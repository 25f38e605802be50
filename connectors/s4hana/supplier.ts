import * as z from 'zod';
import type { ReadContext } from '../../lib/protocols/odata.ts';
import { date, decimalOrZero, flag, string } from '../../lib/protocols/odata-fields.ts';
import { oneOf } from '../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from './client.ts';

const company = z
  .object({ CompanyCode: string, SupplierIsBlockedForPosting: flag, PaymentBlockingReason: string })
  .transform((row) => ({
    companyCode: row.CompanyCode,
    postingIsBlocked: row.SupplierIsBlockedForPosting,
    paymentIsBlocked: row.PaymentBlockingReason !== '',
  }));

const purchasing = z
  .object({
    PurchasingOrganization: string,
    PurchasingIsBlockedForSupplier: flag,
    PurchaseOrderCurrency: string,
    PaymentTerms: string,
    IncotermsClassification: string,
    MinimumOrderAmount: decimalOrZero,
  })
  .transform((row) => ({
    organization: row.PurchasingOrganization,
    isBlocked: row.PurchasingIsBlockedForSupplier,
    currency: row.PurchaseOrderCurrency,
    paymentTerms: row.PaymentTerms,
    incoterms: row.IncotermsClassification,
    minimumOrder: row.MinimumOrderAmount,
  }));

/** A supplier with its company codes and purchasing organisations. */
export const wholeSupplier = { expand: 'to_SupplierCompany,to_SupplierPurchasingOrg' };

/** How `A_Supplier` shows a supplier. */
export const supplierSchema = z
  .object({
    Supplier: string,
    SupplierName: string,
    CreationDate: date,
    PurchasingIsBlocked: flag,
    PostingIsBlocked: flag,
    PaymentIsBlockedForSupplier: flag,
    DeletionIndicator: flag,
    to_SupplierCompany: z.array(company),
    to_SupplierPurchasingOrg: z.array(purchasing),
  })
  .transform((row) => ({
    supplier: row.Supplier,
    name: row.SupplierName,
    createdOn: row.CreationDate,
    purchasingIsBlocked: row.PurchasingIsBlocked || row.DeletionIndicator,
    postingIsBlocked: row.PostingIsBlocked,
    paymentIsBlocked: row.PaymentIsBlockedForSupplier,
    companies: row.to_SupplierCompany,
    organizations: row.to_SupplierPurchasingOrg,
  }));

/** A supplier in our words. */
export type Supplier = z.output<typeof supplierSchema>;

/** Suppliers by their ids. */
export async function findSuppliersById(
  client: S4hanaClient,
  ids: readonly string[],
  call: ReadContext,
): Promise<Map<string, Supplier>> {
  if (ids.length === 0) return new Map();
  const query = { filter: oneOf('Supplier', [...new Set(ids)]), ...wholeSupplier };
  const rows = await client.service('businessPartner').rows('A_Supplier', query, supplierSchema, call);
  return new Map(rows.map((row) => [row.supplier, row]));
}

/** Whether orders of an organisation to this supplier are blocked. */
export const isBlockedFor = (supplier: Supplier, organization: string | undefined): boolean =>
  supplier.purchasingIsBlocked ||
  supplier.organizations.some((each) => each.organization === organization && each.isBlocked);
