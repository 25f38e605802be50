import type { Change } from '../../../../lib/simulation/state.ts';
import { plants } from '../model/organisation.ts';
import { put } from '../tables.ts';
import { type Draw, some } from './draw.ts';
import type { Item } from './product-families.ts';
import { items } from './products.ts';
import { suppliers } from './suppliers.ts';

/** Stock types as the service codes them. */
const UNRESTRICTED = '01';
const QUALITY = '02';
const IN_TRANSIT = '06';
const BLOCKED = '07';

interface Kept {
  readonly item: Item;
  readonly plant: string;
  readonly location: string;
  readonly type: string;
  readonly quantity: number;
  readonly batch?: string;
  /** Special stock: `K` consignment of a supplier, `E` kept for a sales order. */
  readonly special?:
    | { readonly kind: 'K'; readonly supplier: string }
    | { readonly kind: 'E'; readonly order: string; readonly item: string };
}

const record = ({ item, plant, location, type, quantity, batch = '', special }: Kept): Change =>
  put('stock', {
    Material: item.id,
    Plant: plant,
    StorageLocation: location,
    Batch: batch,
    Supplier: special?.kind === 'K' ? special.supplier : '',
    Customer: '',
    WBSElementInternalID: '',
    SDDocument: special?.kind === 'E' ? special.order : '',
    SDDocumentItem: special?.kind === 'E' ? special.item : '000000',
    InventorySpecialStockType: special?.kind ?? '',
    InventoryStockType: type,
    MaterialBaseUnit: item.unit,
    MatlWrhsStkQtyInMatlBaseUnit: String(quantity),
  });

const locationsOf = (plant: string): readonly [string, ...string[]] =>
  some(plants.find((each) => each.plant === plant)?.storageLocations ?? []);

const usual = (item: Item): number => Math.max(1, Math.min(4000, Math.round(3_000_000 / item.cost)));

const inPlant = (item: Item, plant: string, draw: Draw): Kept[] => {
  const [location] = locationsOf(plant);
  const at = { item, plant, location };
  const batched = (quantity: number, type: string): Kept[] =>
    item.batches
      ? ['B2501', 'B2502'].map((batch, index) => ({ ...at, type, batch, quantity: Math.ceil(quantity / (index + 2)) }))
      : [{ ...at, type, quantity }];
  const base = usual(item) * draw.between(0, 12);
  return [
    ...(base > 0 ? batched(base, UNRESTRICTED) : []),
    ...(draw.chance(0.2)
      ? [{ ...at, type: QUALITY, quantity: draw.between(1, 40), ...(item.batches && { batch: 'B2503' }) }]
      : []),
    ...(draw.chance(0.1)
      ? [{ ...at, type: BLOCKED, quantity: draw.between(1, 10), ...(item.batches && { batch: 'B2499' }) }]
      : []),
    ...(draw.chance(0.06) ? [{ ...at, location: '', type: IN_TRANSIT, quantity: draw.between(5, 60) }] : []),
  ];
};

const consignment = (item: Item, plant: string, draw: Draw): Kept[] => {
  const supplier = suppliers.find(({ groups }) => groups.includes(item.group));
  if (!supplier || !draw.chance(0.05)) return [];
  const [location] = locationsOf(plant);
  return [
    {
      item,
      plant,
      location,
      type: UNRESTRICTED,
      quantity: draw.between(10, 200),
      special: { kind: 'K', supplier: supplier.id },
    },
  ];
};

/** The bearing that examples speak of: 140 on hand in 1010, 12 in inspection, 3 blocked, 60 in 1020. */
const bearing = (item: Item): Kept[] => [
  { item, plant: '1010', location: '101A', type: UNRESTRICTED, quantity: 140 },
  { item, plant: '1010', location: '101A', type: QUALITY, quantity: 12 },
  { item, plant: '1010', location: '101B', type: BLOCKED, quantity: 3 },
  { item, plant: '1020', location: '102A', type: UNRESTRICTED, quantity: 60 },
];

/** Stock of every item in its plants, in all types. */
export const seedStock = (draw: Draw): Change[] =>
  [
    ...items.flatMap((item) =>
      item.id === 'RM-6204'
        ? bearing(item)
        : item.plants.flatMap((plant) => [...inPlant(item, plant, draw), ...consignment(item, plant, draw)]),
    ),
    ...items
      .filter(({ type }) => type === 'FERT')
      .slice(0, 4)
      .map(
        (item, index): Kept => ({
          item,
          plant: '1010',
          location: '101A',
          type: UNRESTRICTED,
          quantity: index + 1,
          special: { kind: 'E', order: String(index + 2), item: '000010' },
        }),
      ),
  ].map(record);
