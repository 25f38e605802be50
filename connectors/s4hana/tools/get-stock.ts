import type * as z from 'zod';
import { getStock } from '../../../contracts/get-stock.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import type { S4hanaClient } from '../client.ts';
import { existingProduct } from '../product.ts';
import { openQuantity, openReservations } from '../reservation.ts';
import { stockOf, unrestricted } from '../stock.ts';

type Input = z.output<typeof getStock.input>;

/** `get_stock` from the stock service, reservations from theirs where it is active. */
export default implement(getStock, {
  run: async (input: Input, call: Call<S4hanaClient>) => {
    const { client } = call;
    const { item, site, stockTypes } = input;
    const [product, rows, reservations] = await Promise.all([
      existingProduct(client, { item, site }, call),
      stockOf(client, input, call),
      openReservations(client, { item, site }, call),
    ]);
    const unit = client.units.toRec20(product.baseUnit);
    const shown = rows.filter(
      ({ quantity, stockType }) => quantity !== '0' && (stockTypes === undefined || stockTypes.includes(stockType)),
    );
    return {
      rows: shown.map((each) => ({
        site: each.site,
        ...(each.storageLocation && { storageLocation: each.storageLocation }),
        ...(each.batch && { batch: each.batch }),
        stockType: each.stockType,
        ...(each.owner && { specialStockOwner: each.owner }),
        quantity: { value: each.quantity, unit },
      })),
      onHand: { value: unrestricted(rows).toFixed(), unit },
      ...(reservations && { reserved: { value: openQuantity(reservations).toFixed(), unit } }),
      baseUnit: unit,
    };
  },
});
