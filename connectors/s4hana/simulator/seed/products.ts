import type { Change } from '../../../../lib/simulation/state.ts';
import { plants } from '../model/organisation.ts';
import { put } from '../tables.ts';
import type { Calendar, Draw } from './draw.ts';
import { some } from './draw.ts';
import { families, type Item } from './product-families.ts';

const blocks: Readonly<Record<string, Item['blocked']>> = {
  'RM-6000': 'deleted',
  'RM-7210': 'all plants',
  'SE-3014': 'plant 1010',
  'FA-2001': 'deleted',
};

/** Every item of the company, always the same ones. */
export const items: readonly Item[] = families.flatMap(({ prefix, items: members, cost: [first, step], ...common }) =>
  members.map(([number, text], index) => {
    const id = `${prefix}-${number}`;
    const blocked = common.type === 'FERT' ? 'made in house' : blocks[id];
    return {
      ...common,
      id,
      text,
      cost: id === 'RM-6204' ? 45_000 : first + index * step,
      plants: plants.map(({ plant }) => plant).filter((plant) => plant !== '1030' || index % 3 === 0),
      ...(blocked && { blocked }),
    };
  }),
);

const product = (item: Item, calendar: Calendar, age: number): Change[] => [
  put('product', {
    Product: item.id,
    ProductType: item.type,
    BaseUnit: item.unit,
    PurchaseOrderQuantityUnit: item.orderUnit?.unit ?? '',
    ProductGroup: item.group,
    ProductOldID: `OLD-${item.id}`,
    ItemCategoryGroup: 'NORM',
    CreationDate: calendar.day(-age),
    CreatedByUser: 'MDMASTER',
    LastChangeDate: calendar.day(-Math.floor(age / 4)),
    LastChangeDateTime: calendar.instant(-Math.floor(age / 4)),
    IsBatchManagementRequired: item.batches === true,
    IsMarkedForDeletion: item.blocked === 'deleted',
    CrossPlantStatus: item.blocked === 'all plants' ? '01' : '',
  }),
  put('product_description', { Product: item.id, Language: 'EN', ProductDescription: item.text }),
  put('product_unit', {
    Product: item.id,
    AlternativeUnit: item.unit,
    QuantityNumerator: '1',
    QuantityDenominator: '1',
    BaseUnit: item.unit,
  }),
  put('material_stock', { Material: item.id, MaterialBaseUnit: item.unit }),
];

const inPlant = (item: Item, plant: string, draw: Draw): Change => {
  const leadTime = item.id === 'RM-6204' ? 10 : draw.between(3, 28);
  const made = item.blocked === 'made in house';
  return put('product_plant', {
    Product: item.id,
    Plant: plant,
    BaseUnit: item.unit,
    PurchasingGroup: made ? '' : draw.pick(['001', '002', '003']),
    ProfileCode: item.blocked === 'plant 1010' && plant === '1010' ? '01' : '',
    AvailabilityCheckType: '02',
    ProcurementType: made ? 'E' : 'F',
    MRPType: 'PD',
    MRPResponsible: '001',
    ABCIndicator: draw.pick(['A', 'B', 'C']),
    GoodsReceiptDuration: '1',
    PlannedDeliveryDurationInDays: String(leadTime),
    TotalReplenishmentLeadTime: String(leadTime + 1),
    SafetyStockQuantity: String(draw.between(0, 8) * 10),
    ReorderThresholdQuantity: String(draw.between(2, 20) * 10),
    MinimumLotSizeQuantity: '0',
    IsMarkedForDeletion: item.blocked === 'deleted',
    IsAutoPurOrdCreationAllowed: !made,
    IsSourceListRequired: false,
    IsBatchManagementRequired: item.batches === true,
  });
};

/** Records of all items: general data, texts, units, and what each plant plans and buys. */
export const seedProducts = (draw: Draw, calendar: Calendar): Change[] =>
  items.flatMap((item) => [
    ...product(item, calendar, draw.between(400, 2000)),
    ...(item.orderUnit
      ? [
          put('product_unit', {
            Product: item.id,
            AlternativeUnit: item.orderUnit.unit,
            QuantityNumerator: String(item.orderUnit.holds),
            QuantityDenominator: '1',
            BaseUnit: item.unit,
          }),
        ]
      : []),
    ...item.plants.map((plant) => inPlant(item, plant, draw)),
  ]);

/** Items that can be bought in every plant that has them. */
export const purchasableItems = some(items.filter(({ blocked }) => blocked === undefined));
