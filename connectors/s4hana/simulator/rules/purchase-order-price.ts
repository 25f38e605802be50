import Big from 'big.js';
import type { Row } from '../../../../lib/simulation/state.ts';
import { businessError } from '../odata/error.ts';
import { digitsOfCurrency, digitsOfUnit, digitsUsed } from '../odata/money.ts';
import type { View } from '../odata/view.ts';
import { given } from './given.ts';
import { unitFactor } from './master-records.ts';

/** A quantity has to be positive and whole where its unit counts things. */
export const checkQuantity = (quantity: string, unit: string): void => {
  if (new Big(quantity || '0').lte(0))
    throw businessError('ME/062', 'Enter a quantity greater than zero.', 'OrderQuantity');
  if (digitsUsed(quantity) > digitsOfUnit(unit))
    throw businessError('BM/302', `Unit ${unit} takes ${digitsOfUnit(unit)} decimal places only.`, 'OrderQuantity');
};

/** A price has to be positive and no finer than its currency. */
export const checkPrice = (amount: string, currency: string): void => {
  if (new Big(amount || '0').lte(0))
    throw businessError('06/215', 'Net price must be greater than 0.', 'NetPriceAmount');
  if (digitsUsed(amount) > digitsOfCurrency(currency)) {
    throw businessError(
      '06/217',
      `Currency ${currency} has ${digitsOfCurrency(currency)} decimal places only.`,
      'NetPriceAmount',
    );
  }
};

/** The price that was sent, else the one of the info record. */
export const priceFields = (item: Row, info: Row | undefined): Row => {
  if (given(item, 'NetPriceAmount') !== '') return { NetPriceQuantity: given(item, 'NetPriceQuantity') || '1' };
  if (!info || given(info, 'Currency') !== given(item, 'DocumentCurrency')) {
    throw businessError('06/215', 'Net price must be greater than 0.', 'NetPriceAmount');
  }
  return {
    NetPriceAmount: given(info, 'NetPriceAmount'),
    NetPriceQuantity: given(info, 'MaterialPriceUnitQty'),
    OrderPriceUnit: given(info, 'PurchaseOrderPriceUnit'),
    PurchasingInfoRecord: given(info, 'PurchasingInfoRecord'),
  };
};

const factorOf = (view: View, product: Row, unit: string, target: string) => {
  const factor = unitFactor(view, product, unit);
  if (factor) return factor;
  throw businessError('ME/096', `Unit ${unit} is not maintained for material ${given(product, 'Product')}.`, target);
};

/** Conversions from the order unit to the unit that the price is for, and to the base unit. */
export const unitFields = (view: View, item: Row, product: Row | undefined): Row => {
  const orderUnit = given(item, 'PurchaseOrderQuantityUnit');
  const priceUnit = given(item, 'OrderPriceUnit') || orderUnit;
  if (!product)
    return { OrderPriceUnit: priceUnit, OrderPriceUnitToOrderUnitNmrtr: '1', OrdPriceUnitToOrderUnitDnmntr: '1' };
  const order = factorOf(view, product, orderUnit, 'PurchaseOrderQuantityUnit');
  const price = factorOf(view, product, priceUnit, 'OrderPriceUnit');
  const inPriceUnits = order.numerator.times(price.denominator).div(order.denominator.times(price.numerator));
  const whole = inPriceUnits.gte(1);
  return {
    OrderPriceUnit: priceUnit,
    OrderPriceUnitToOrderUnitNmrtr: whole ? inPriceUnits.toFixed() : '1',
    OrdPriceUnitToOrderUnitDnmntr: whole ? '1' : new Big(1).div(inPriceUnits).toFixed(),
    BaseUnit: given(product, 'BaseUnit'),
    OrderItemQtyToBaseQtyNmrtr: order.numerator.toFixed(),
    OrderItemQtyToBaseQtyDnmntr: order.denominator.toFixed(),
  };
};
