import Big from 'big.js';
import type { Change, Row } from '../../../../lib/simulation/state.ts';
import { digitsOfCurrency } from '../odata/money.ts';
import { put } from '../tables.ts';
import type { Calendar, Draw } from './draw.ts';
import type { Item } from './product-families.ts';
import { purchasableItems } from './products.ts';
import { type Supplier, suppliers } from './suppliers.ts';

/** What a supplier asks for an item: an amount for `per` order units. */
export interface Offer {
  readonly item: Item;
  readonly supplier: Supplier;
  readonly amount: string;
  readonly per: number;
  readonly orderUnit: string;
  readonly leadTime: number;
  readonly taxCode: string;
}

/** Units of a currency that one euro buys, about. */
const perEuro: Readonly<Record<string, number>> = { EUR: 1, CHF: 0.95, PLN: 4.3, JPY: 162, KWD: 0.33, USD: 1.08 };

const amountOf = (item: Item, { currency }: Supplier, factor: number): string => {
  const unitsPriced = item.priceQuantity * (item.orderUnit?.holds ?? 1);
  return new Big(item.cost)
    .div(10_000)
    .times(unitsPriced)
    .times(perEuro[currency] ?? 1)
    .times(factor)
    .round(digitsOfCurrency(currency))
    .toFixed(digitsOfCurrency(currency));
};

const offerOf = (item: Item, supplier: Supplier, draw: Draw): Offer => {
  const agreed = item.id === 'RM-6204' && supplier.id === '17300001';
  return {
    item,
    supplier,
    amount: amountOf(item, supplier, agreed ? 1 : draw.between(96, 112) / 100),
    per: item.priceQuantity,
    orderUnit: item.orderUnit?.unit ?? item.unit,
    leadTime: agreed ? 10 : draw.between(4, 30),
    taxCode: supplier.country === 'DE' ? 'V1' : 'VE',
  };
};

/** Every offer: each item from the suppliers of its group. */
export const offersOf = (draw: Draw): Offer[] =>
  purchasableItems.flatMap((item) =>
    suppliers.filter(({ groups }) => groups.includes(item.group)).map((supplier) => offerOf(item, supplier, draw)),
  );

const generalData = ({ item, supplier }: Offer, index: number, calendar: Calendar): Row => ({
  BaseUnit: item.unit,
  OrderItemQtyToBaseQtyNmrtr: String(item.orderUnit?.holds ?? 1),
  OrderItemQtyToBaseQtyDnmntr: '1',
  SupplierMaterialNumber: `${supplier.name.slice(0, 2).toUpperCase()}${item.id.replace(/\D/g, '')}`,
  IsRegularSupplier:
    supplier === suppliers.find(({ groups, block }) => block === undefined && groups.includes(item.group)),
  IsDeleted: supplier.block === 'deleted',
  LastChangeDateTime: calendar.instant(-(index % 180)),
});

const organizationData = ({ supplier, amount, per, orderUnit, leadTime, taxCode }: Offer): Row => ({
  PurchasingInfoRecordCategory: '0',
  PurchasingOrganization: '1010',
  Plant: '',
  CreatedByUser: 'MDMASTER',
  PurchasingGroup: '001',
  Currency: supplier.currency,
  NetPriceAmount: amount,
  PurgInfoRecdEffctvPrc: amount,
  MaterialPriceUnitQty: String(per),
  PurchaseOrderPriceUnit: orderUnit,
  OrderPriceUnitToOrderUnitNmrtr: '1',
  OrdPriceUnitToOrderUnitDnmntr: '1',
  StandardPurchaseOrderQuantity: String(per * 10),
  MinimumPurchaseOrderQuantity: '0',
  MaterialPlannedDeliveryDurn: String(leadTime),
  PriceValidityEndDate: '9999-12-31',
  TaxCode: taxCode,
  InvoiceIsGoodsReceiptBased: true,
  IsMarkedForDeletion: supplier.block === 'deleted',
});

const records = (offer: Offer, index: number, calendar: Calendar): Change[] => {
  const shared = {
    PurchasingInfoRecord: String(5300000001 + index),
    Supplier: offer.supplier.id,
    Material: offer.item.id,
    MaterialGroup: offer.item.group,
    CreationDate: calendar.day(-(200 + (index % 400))),
    PurgDocOrderQuantityUnit: offer.orderUnit,
  };
  return [
    put('info_record', { ...shared, ...generalData(offer, index, calendar) }),
    put('info_record_org', { ...shared, ...organizationData(offer) }),
  ];
};

/** Records of all offers. */
export const seedInfoRecords = (offers: readonly Offer[], calendar: Calendar): Change[] =>
  offers.flatMap((offer, index) => records(offer, index, calendar));
