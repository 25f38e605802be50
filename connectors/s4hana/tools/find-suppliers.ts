import * as z from 'zod';
import { findSuppliers } from '../../../contracts/find-suppliers.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import { decimalOrZero, flag, string } from '../../../lib/protocols/odata-fields.ts';
import { and, eq } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { organisational } from '../organisation.ts';
import { pageFacts, pageOf, skipOf } from '../paging.ts';
import { existingProduct } from '../product.ts';
import { findSuppliersById, isBlockedFor, type Supplier, supplierSchema, wholeSupplier } from '../supplier.ts';
import { containsWords } from '../words.ts';

type Input = z.output<typeof findSuppliers.input>;

/** `find_suppliers` by name, or by the purchasing info records of an item. */
export default implement(findSuppliers, {
  run: (input: Input, call: Call<S4hanaClient>) =>
    input.item === undefined ? byName(input, input.query ?? '', call) : byItem(input, input.item, call),
});

async function byName(input: Input, words: string, call: Call<S4hanaClient>) {
  const query = {
    filter: containsWords('SupplierName', words),
    ...wholeSupplier,
    orderBy: 'Supplier',
    top: input.limit,
    skip: skipOf(input),
  };
  const found = await call.client.service('businessPartner').page('A_Supplier', query, supplierSchema, call);
  return {
    suppliers: found.rows.map((supplier) => summaryOf(supplier, call)),
    ...pageFacts(input, found.total),
  };
}

const offerRow = z
  .object({
    Supplier: string,
    PurchasingInfoRecord: string,
    Plant: string,
    Currency: string,
    NetPriceAmount: decimalOrZero,
    MaterialPriceUnitQty: decimalOrZero,
    PurchaseOrderPriceUnit: string,
    MaterialPlannedDeliveryDurn: decimalOrZero,
    IsMarkedForDeletion: flag,
    to_PurgInfoRecd: z.object({ SupplierMaterialNumber: string, IsRegularSupplier: flag, IsDeleted: flag }),
  })
  .transform((row) => ({
    supplier: row.Supplier,
    site: row.Plant,
    price: { amount: row.NetPriceAmount, currency: row.Currency, per: row.MaterialPriceUnitQty },
    priceUnit: row.PurchaseOrderPriceUnit,
    leadTimeDays: row.MaterialPlannedDeliveryDurn,
    supplierItem: row.to_PurgInfoRecd.SupplierMaterialNumber,
    isRegular: row.to_PurgInfoRecd.IsRegularSupplier,
    isDeleted: row.IsMarkedForDeletion || row.to_PurgInfoRecd.IsDeleted,
  }));

type Offer = z.output<typeof offerRow>;

async function byItem(input: Input, item: string, call: Call<S4hanaClient>) {
  const { client, organisation } = call;
  const filter = and(
    eq('Material', item),
    eq('PurchasingOrganization', organisational(organisation, 'purchasingOrganization')),
  );
  const query = { filter, expand: 'to_PurgInfoRecd', orderBy: 'Supplier' };
  const [, offers] = await Promise.all([
    existingProduct(client, { item }, call),
    client.service('infoRecord').rows('A_PurgInfoRecdOrgPlantData', query, offerRow, call),
  ]);
  // An offer for all sites wins over one for a single site.
  const usable = offers.filter(({ isDeleted }) => !isDeleted).toSorted((a, b) => (a.site < b.site ? 1 : -1));
  const bySupplier = new Map(usable.map((offer) => [offer.supplier, offer]));
  const shown = pageOf(
    [...bySupplier.values()].toSorted((a, b) => (a.supplier < b.supplier ? -1 : 1)),
    input,
  );
  const suppliers = await findSuppliersById(
    client,
    shown.map(({ supplier }) => supplier),
    call,
  );
  return {
    suppliers: shown.flatMap((offer) => {
      const supplier = suppliers.get(offer.supplier);
      return supplier ? [{ ...summaryOf(supplier, call), offer: offerOf(offer, call) }] : [];
    }),
    ...pageFacts(input, bySupplier.size),
  };
}

const summaryOf = (supplier: Supplier, { organisation }: Call<S4hanaClient>) => ({
  supplier: supplier.supplier,
  name: supplier.name,
  blocked: isBlockedFor(supplier, organisation['purchasingOrganization']),
});

const offerOf = (
  { price, priceUnit, leadTimeDays, supplierItem, isRegular }: Offer,
  { client }: Call<S4hanaClient>,
) => ({
  ...(price.amount !== '0' && {
    price: {
      amount: price.amount,
      currency: price.currency,
      per: { quantity: price.per === '0' ? '1' : price.per, unit: client.units.toRec20(priceUnit) },
    },
  }),
  ...(supplierItem && { supplierItem }),
  ...(leadTimeDays !== '0' && { leadTimeDays: Number(leadTimeDays) }),
  regular: isRegular,
});
