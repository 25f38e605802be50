/** A string literal of a filter or key: quotes doubled (OData V4 ABNF and V2 2.2.2), not yet percent-encoded. */
export const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** The path of an entity, percent-encoded: `A_PurchaseOrder(PurchaseOrder='4500000001')`. Keys are strings, as SAP's are. */
export function keyPath(set: string, key: Readonly<Record<string, string>>): string {
  const encoded = (value: string) => encodeURIComponent(literal(value)).replaceAll('%27', "'");
  return `${set}(${Object.entries(key).map(([name, value]) => `${name}=${encoded(value)}`)})`;
}

/** Conditions of a filter; undefined ones are left out. */
export const and = (...conditions: readonly (string | undefined)[]): string =>
  conditions.filter((condition) => condition !== undefined).join(' and ');

/** At least one of the conditions. */
export const or = (...conditions: readonly string[]): string =>
  conditions.length === 1 ? (conditions[0] ?? '') : `(${conditions.join(' or ')})`;

/** The field equals a string. */
export const eq = (field: string, value: string): string => `${field} eq ${literal(value)}`;

/** The field equals one of the strings. */
export const oneOf = (field: string, values: readonly string[]): string =>
  or(...values.map((value) => eq(field, value)));
