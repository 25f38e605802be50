import * as z from 'zod';
import { findItems } from '../../../contracts/find-items.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import { string } from '../../../lib/protocols/odata-fields.ts';
import { and, eq } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { pageFacts, skipOf } from '../paging.ts';
import { findProducts } from '../product.ts';
import { containsWords, startsWith } from '../words.ts';

const row = z.object({ Product: string, ProductDescription: string });

/** `find_items` by the descriptions in the configured language. */
export default implement(findItems, {
  run: async (input, call: Call<S4hanaClient>) => {
    const { client } = call;
    const matches = `(${containsWords('ProductDescription', input.query)} or ${startsWith('Product', input.query.toUpperCase())})`;
    const filter = and(eq('Language', client.settings.language), matches);
    const query = { filter, orderBy: 'Product', top: input.limit, skip: skipOf(input) };
    const found = await client.service('product').page('A_ProductDescription', query, row, call);
    const products = await findProducts(
      client,
      found.rows.map(({ Product }) => Product),
      call,
    );
    const byItem = new Map(products.map((product) => [product.item, product]));
    return {
      items: found.rows.flatMap(({ Product, ProductDescription }) => {
        const product = byItem.get(Product);
        if (!product) return [];
        const { category, isBlocked, baseUnit } = product;
        return [
          {
            item: Product,
            description: ProductDescription,
            ...(category && { category }),
            baseUnit: client.units.toRec20(baseUnit),
            blocked: isBlocked,
          },
        ];
      }),
      ...pageFacts(input, found.total),
    };
  },
});
