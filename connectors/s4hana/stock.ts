import Big from 'big.js';
import * as z from 'zod';
import type { getStock } from '../../contracts/get-stock.ts';
import type { ReadContext } from '../../lib/protocols/odata.ts';
import { decimalOrZero, string } from '../../lib/protocols/odata-fields.ts';
import { and, eq } from '../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from './client.ts';

type StockType = NonNullable<z.output<typeof getStock.input>['stockTypes']>[number];

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

/** Stock of one kind at one place, in the base unit. */
export type Stock = z.output<typeof row>;

/** Which stock. */
interface Place {
  readonly item: string;
  readonly site?: string | undefined;
  readonly storageLocation?: string | undefined;
}

/** All stock of an item, of any kind. */
export const stockOf = (client: S4hanaClient, place: Place, call: ReadContext): Promise<Stock[]> => {
  const { item, site, storageLocation } = place;
  const filter = and(
    eq('Material', item),
    site === undefined ? undefined : eq('Plant', site),
    storageLocation === undefined ? undefined : eq('StorageLocation', storageLocation),
  );
  return client.service('stock').rows('A_MatlStkInAcctMod', { filter }, row, call);
};

/** Sum of what anybody may use. */
export const unrestricted = (rows: readonly Stock[]): Big =>
  rows
    .filter(({ stockType }) => stockType === 'unrestricted')
    .reduce((sum, { quantity }) => sum.plus(quantity), new Big(0));
