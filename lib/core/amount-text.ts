/** An amount as people read it: `EUR 12,400.00`. `value` is a plain decimal; its digits stay as they are. */
export function amountText(currency: string, value: string): string {
  const [whole = '', fraction] = value.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${currency} ${fraction === undefined ? grouped : `${grouped}.${fraction}`}`;
}
