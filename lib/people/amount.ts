import Big from 'big.js';

/** An amount as people read it: `EUR 12,400.00`. `value` is a decimal string. */
export function amountText(currency: string, value: string): string {
  const [whole = '', fraction = ''] = new Big(value).toFixed(2).split('.');
  return `${currency} ${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}
