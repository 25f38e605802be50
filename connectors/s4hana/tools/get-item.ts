import * as z from 'zod';
import { getItem } from '../../../contracts/get-item.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import { decimalOrZero, string } from '../../../lib/protocols/odata-fields.ts';
import { and, eq } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { descriptionOf, existingProduct, type Product } from '../product.ts';

const planning = z
  .object({ Plant: string, PlannedDeliveryDurationInDays: decimalOrZero, MinimumLotSizeQuantity: decimalOrZero })
  .transform((row) => ({
    site: row.Plant,
    leadTimeDays: row.PlannedDeliveryDurationInDays,
    minimumLot: row.MinimumLotSizeQuantity,
  }));

/** `get_item` from the product master and its supply planning. */
export default implement(getItem, {
  run: async (input, call: Call<S4hanaClient>) => {
    const { client } = call;
    const { units, settings } = client;
    const filter = and(eq('Product', input.item), input.site === undefined ? undefined : eq('Plant', input.site));
    const [product, plans] = await Promise.all([
      existingProduct(client, input, call),
      client.service('product').rows('A_ProductSupplyPlanning', { filter }, planning, call),
    ]);
    const planned = new Map(plans.map((plan) => [plan.site, plan]));
    return {
      item: product.item,
      description: descriptionOf(product, settings.language),
      type: product.type,
      ...(product.category && { category: product.category }),
      baseUnit: units.toRec20(product.baseUnit),
      orderUnit: units.toRec20(product.orderUnit),
      conversions: product.units
        .filter(({ unit }) => unit !== product.baseUnit)
        .map(({ unit, ...factor }) => ({ unit: units.toRec20(unit), ...factor })),
      blocked: product.isBlocked,
      sites: product.sites
        .filter(({ site }) => input.site === undefined || site === input.site)
        .map((site) => siteOf(site, planned.get(site.site))),
    };
  },
});

/** Zero days or pieces mean that nothing is planned. */
function siteOf({ site, isBlocked, goodsReceiptDays }: Product['sites'][number], plan?: z.output<typeof planning>) {
  const { leadTimeDays = '0', minimumLot = '0' } = plan ?? {};
  return {
    site,
    blocked: isBlocked,
    ...(leadTimeDays !== '0' && { leadTimeDays: Number(leadTimeDays) }),
    ...(goodsReceiptDays !== '0' && { goodsReceiptDays: Number(goodsReceiptDays) }),
    ...(minimumLot !== '0' && { minimumLot }),
  };
}
