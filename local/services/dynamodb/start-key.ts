import { type Item, typeOf } from './attribute-value.ts';
import { invalid } from './invalid.ts';
import { attributesOf, type KeySchema, keyInIndex, type StoredKey } from './key.ts';

/** Where a page goes on: the request's `ExclusiveStartKey` under each of the keys it must name, and nothing besides. */
export const startKeys = (schemas: readonly KeySchema[], start: Item): readonly StoredKey[] => {
  const types = new Map(schemas.flatMap(attributesOf).map(({ name, type }) => [name, type]));
  const named = Object.entries(start);
  if (named.length !== types.size || named.some(([name, value]) => types.get(name) !== typeOf(value))) {
    throw invalid('The provided starting key is invalid');
  }
  return schemas.flatMap((schema) => keyInIndex(schema, start) ?? []);
};
