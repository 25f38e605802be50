import Big from 'big.js';
import * as z from 'zod';
import { getStock } from '../../../contracts/get-stock.ts';
import { type Call, implement } from '../../../lib/core/tool.ts';
import { decimalOrZero, string } from '../../../lib/protocols/odata-fields.ts';
import { and, eq } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { existingProduct } from '../product.ts';
import { openQuantity, openReservations } from '../reservation.ts';

type Input = z.output<typeof getStock.input>;
type StockType = NonNullable<Input['stockTypes']>[number];

/** Stock types of S/4HANA (`InventoryStockType`): returns and restricted stock count as blocked, since nobody may use them. */
const byCode: Readonly<Record<string, StockType>> = {
  '01': 'unrestricted',
  '02': 'quality',
  '03': 'blocked',
  '04': 'in_transit',
  '05': 'in_transit',
  '06': 'in_transit',
  '07': 'blocked',
  '08': 'blocked',
};

const row = z
  .object({
    Plant: string,
    StorageLocation: string,
    Batch: string,
    Supplier: string,
    Customer: string,
    WBSElementExternalID: string,
    SDDocument: string,
    InventoryStockType: string,
    InventorySpecialStockType: string,
    MatlWrhsStkQtyInMatlBaseUnit: decimalOrZero,
  })
  .transform((each) => ({
    site: each.Plant,
    storageLocation: each.StorageLocation,
    batch: each.Batch,
    stockType: each.InventorySpecialStockType
      ? ('special' as const)
      : (byCode[each.InventoryStockType] ?? ('other' as const)),
    owner: each.Supplier || each.Customer || each.WBSElementExternalID || each.SDDocument,
    quantity: each.MatlWrhsStkQtyInMatlBaseUnit,
  }));

/** `get_stock` from the stock service, reservations from theirs where it is active. */
export default implement(getStock, {
  run: async (input: Input, call: Call<S4hanaClient>) => {
    const { client } = call;
    const { item, site, storageLocation, stockTypes } = input;
    const filter = and(
      eq('Material', item),
      site === undefined ? undefined : eq('Plant', site),
      storageLocation === undefined ? undefined : eq('StorageLocation', storageLocation),
    );
    const [product, rows, reservations] = await Promise.all([
      existingProduct(client, { item, site }, call),
      client.service('stock').rows('A_MatlStkInAcctMod', { filter }, row, call),
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
      onHand: { value: unrestricted(rows), unit },
      ...(reservations && { reserved: { value: openQuantity(reservations).toFixed(), unit } }),
      baseUnit: unit,
    };
  },
});

const unrestricted = (rows: readonly z.output<typeof row>[]): string =>
  rows
    .filter(({ stockType }) => stockType === 'unrestricted')
    .reduce((sum, { quantity }) => sum.plus(quantity), new Big(0))
    .toFixed();
