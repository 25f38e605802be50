/** Ids that S/4HANA pads with zeros inside and shows without them (ALPHA and MATN1 conversion). */
const padded: ReadonlySet<string> = new Set([
  'item',
  'supplier',
  'customer',
  'sales_order',
  'purchase_order',
  'purchase_requisition',
  'line',
  'invoice',
  'credit_memo_request',
  'delivery',
  'cost_center',
  'internal_order',
  'reservation',
]);

/** The form in which the services show an id: upper case; numbers of padded kinds without leading zeros. */
export function canonicalId(kind: string, id: string): string {
  const upper = id.toUpperCase();
  return padded.has(kind) && /^\d+$/.test(upper) ? upper.replace(/^0+(?=\d)/, '') : upper;
}
