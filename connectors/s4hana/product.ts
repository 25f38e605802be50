import Big from 'big.js';
import * as z from 'zod';
import { CountersignError } from '../../lib/core/errors.ts';
import type { ReadContext } from '../../lib/protocols/odata.ts';
import { decimalOrZero, flag, string } from '../../lib/protocols/odata-fields.ts';
import { eq } from '../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from './client.ts';

/** `01` is "blocked for procurement/warehouse" in the delivered customizing of material statuses; others are the company's own. */
const blockedForProcurement = '01';

const text = z.object({ Language: string, ProductDescription: string });

const plant = z
  .object({ Plant: string, ProfileCode: string, IsMarkedForDeletion: flag, GoodsReceiptDuration: decimalOrZero })
  .transform((row) => ({
    site: row.Plant,
    isBlocked: row.IsMarkedForDeletion || row.ProfileCode === blockedForProcurement,
    goodsReceiptDays: row.GoodsReceiptDuration,
  }));

const unit = z
  .object({ AlternativeUnit: string, QuantityNumerator: decimalOrZero, QuantityDenominator: decimalOrZero })
  .transform((row) => ({
    unit: row.AlternativeUnit,
    numerator: row.QuantityNumerator,
    denominator: row.QuantityDenominator,
  }));

const fields = z.object({
  Product: z.string().min(1),
  ProductType: string,
  ProductGroup: string,
  BaseUnit: string,
  PurchaseOrderQuantityUnit: string,
  CrossPlantStatus: string,
  IsMarkedForDeletion: flag,
});

const summaryOf = (row: z.output<typeof fields>) => ({
  item: row.Product,
  type: row.ProductType,
  category: row.ProductGroup,
  baseUnit: row.BaseUnit,
  orderUnit: row.PurchaseOrderQuantityUnit || row.BaseUnit,
  isBlocked: row.IsMarkedForDeletion || row.CrossPlantStatus === blockedForProcurement,
});

const product = fields
  .extend({
    to_Description: z.array(text),
    to_Plant: z.array(plant),
    to_ProductUnitsOfMeasure: z.array(unit),
  })
  .transform((row) => ({
    ...summaryOf(row),
    texts: row.to_Description,
    sites: row.to_Plant,
    units: row.to_ProductUnitsOfMeasure,
  }));

/** An item with its sites and units. */
export type Product = z.output<typeof product>;

const expand = 'to_Description,to_Plant,to_ProductUnitsOfMeasure';

/** An item that must exist, and be kept at the site where one is named. Throws `ITEM_NOT_FOUND`, `SITE_NOT_FOUND`. */
export async function existingProduct(
  client: S4hanaClient,
  { item, site }: { readonly item: string; readonly site?: string | undefined },
  call: ReadContext,
): Promise<Product> {
  const found = await client.service('product').find('A_Product', { Product: item }, { expand }, product, call);
  if (!found) throw new CountersignError('ITEM_NOT_FOUND', `There is no item ${item}.`);
  if (site !== undefined && !found.value.sites.some((each) => each.site === site))
    throw new CountersignError('SITE_NOT_FOUND', `Item ${item} is not kept at site ${site}.`);
  return found.value;
}

/** Items of a filter, without their sites and units. */
export async function findProducts(
  client: S4hanaClient,
  items: readonly string[],
  call: ReadContext,
): Promise<ReturnType<typeof summaryOf>[]> {
  if (items.length === 0) return [];
  const filter = items.map((item) => eq('Product', item)).join(' or ');
  return client.service('product').rows('A_Product', { filter }, fields.transform(summaryOf), call);
}

/** The description in a language, else in any. */
export const descriptionOf = ({ texts }: Product, language: string): string =>
  (texts.find(({ Language }) => Language === language) ?? texts[0])?.ProductDescription ?? '';

/** A quantity in the base unit, by the system's factors. Throws `UNIT_UNKNOWN` where there is no factor or no exact result. */
export function inBaseUnit({ item, baseUnit, units }: Product, quantity: string, unitCode: string): Big {
  if (unitCode === baseUnit) return new Big(quantity);
  const factor = units.find((each) => each.unit === unitCode);
  if (!factor || factor.denominator === '0')
    throw new CountersignError('UNIT_UNKNOWN', `Item ${item} has no factor for its unit ${unitCode}.`);
  const exact = new Big(quantity).times(factor.numerator);
  const converted = exact.div(factor.denominator);
  if (converted.times(factor.denominator).eq(exact)) return converted;
  throw new CountersignError(
    'UNIT_UNKNOWN',
    `${quantity} ${unitCode} of item ${item} is no exact number of ${baseUnit}.`,
  );
}
