import { expect, test } from 'vitest';
import { systemPrice } from '../../../connectors/s4hana/purchase-order/amount.ts';

const price = (amount: string, currency: string, quantity = '1') =>
  systemPrice({ amount, currency, per: { quantity } });

test.each([
  ['45.00', 'EUR', '10', { amount: '45.00', quantity: '10' }],
  ['45', 'EUR', '1', { amount: '45.00', quantity: '1' }],
  ['0.0123', 'EUR', '1', { amount: '1.23', quantity: '100' }],
  ['0.000001', 'EUR', '1', { amount: '0.01', quantity: '10000' }],
  ['1.5', 'JPY', '1', { amount: '15', quantity: '10' }],
  ['1.234', 'KWD', '1', { amount: '1.234', quantity: '1' }],
  ['9.99', 'EUR', '0.5', { amount: '99.90', quantity: '5' }],
  ['999999999', 'EUR', '1', { amount: '999999999.00', quantity: '1' }],
])('%s %s per %s is kept exactly', (amount, currency, quantity, kept) => {
  expect(price(amount, currency, quantity)).toEqual(kept);
});

test.each([
  ['1000000000', 'EUR', '1'],
  ['0.001', 'EUR', '99999'],
  ['1.5', 'JPY', '99999'],
  ['1', 'EUR', '100000'],
])('%s %s per %s is refused, not rounded', (amount, currency, quantity) => {
  expect(() => price(amount, currency, quantity)).toThrow(expect.objectContaining({ code: 'PRICE_NOT_REPRESENTABLE' }));
});
