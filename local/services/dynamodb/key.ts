import { type AttributeValue, type Item, typeOf } from './attribute-value.ts';
import { invalid } from './invalid.ts';
import { sortable } from './ordering.ts';

/** One key attribute. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** The key of a table or an index: a partition key and perhaps a sort key. */
export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
}

/** A key as the bytes it is stored and sorted by; without a sort key, `range` is empty. */
export interface StoredKey {
  readonly hash: Buffer;
  readonly range: Buffer;
}

const LONGEST_HASH = 2048;
const LONGEST_RANGE = 1024;
const NO_RANGE = Buffer.alloc(0);

/** The key's attributes, partition key first. */
export const attributesOf = ({ hash, range }: KeySchema): readonly KeyAttribute[] => (range ? [hash, range] : [hash]);

const attributeOf = (item: Item, name: string): AttributeValue | undefined =>
  Object.hasOwn(item, name) ? item[name] : undefined;

const typeWord = (type: KeyAttribute['type']): string => ({ S: 'string', N: 'number', B: 'binary' })[type];

const isEmpty = (value: AttributeValue): boolean =>
  ('S' in value && value.S === '') || ('B' in value && value.B === '');

const refuseEmpty = ({ name, type }: KeyAttribute, value: AttributeValue): void => {
  if (!isEmpty(value)) return;
  throw invalid(
    'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ' +
      `${typeWord(type)} value. Key: ${name}`,
  );
};

const stored = (schema: KeySchema, item: Item): StoredKey => {
  const bytes = (attribute: KeyAttribute | undefined): Buffer => {
    const value = attribute && attributeOf(item, attribute.name);
    return value ? sortable(value) : NO_RANGE;
  };
  const key = { hash: bytes(schema.hash), range: bytes(schema.range) };
  const refused = 'One or more parameter values were invalid: ';
  if (key.hash.length > LONGEST_HASH) {
    throw invalid(`${refused}Size of hashkey has exceeded the maximum size limit of2048 bytes`);
  }
  if (key.range.length > LONGEST_RANGE) {
    throw invalid(`${refused}Aggregated size of all range keys has exceeded the size limit of 1024 bytes`);
  }
  return key;
};

/** The key of a whole item that is about to be put; the item must have each key attribute, of its type and not empty. */
export const keyOfItem = (schema: KeySchema, item: Item): StoredKey => {
  for (const attribute of attributesOf(schema)) {
    const value = attributeOf(item, attribute.name);
    const refused = 'One or more parameter values were invalid: ';
    if (!value) throw invalid(`${refused}Missing the key ${attribute.name} in the item`);
    if (typeOf(value) !== attribute.type) {
      throw invalid(
        `${refused}Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    }
    refuseEmpty(attribute, value);
  }
  return stored(schema, item);
};

/** The key that a request names by its key attributes alone. */
export const keyOfRequest = (schema: KeySchema, key: Item): StoredKey => {
  const attributes = attributesOf(schema);
  if (Object.keys(key).length !== attributes.length) throw invalid('The number of conditions on the keys is invalid');
  for (const attribute of attributes) {
    const value = attributeOf(key, attribute.name);
    if (!value || typeOf(value) !== attribute.type) {
      throw invalid('The provided key element does not match the schema');
    }
    refuseEmpty(attribute, value);
  }
  return stored(schema, key);
};

/** Refuses an item whose attribute has a type or an empty value that an index cannot take as key. */
export const checkIndexKey = (indexName: string, schema: KeySchema, item: Item): void => {
  for (const { name, type } of attributesOf(schema)) {
    const value = attributeOf(item, name);
    if (!value) continue;
    if (typeOf(value) !== type) {
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${type} ` +
          `Actual: ${typeOf(value)} IndexName: ${indexName}`,
      );
    }
    if (isEmpty(value)) {
      throw invalid(
        'One or more parameter values are not valid. A value specified for a secondary index key is not supported. The ' +
          `AttributeValue for a key attribute cannot contain an empty ${typeWord(type)} value. ` +
          `IndexName: ${indexName}, IndexKey: ${name}`,
      );
    }
  }
};

/** An item's place in an index, or nothing when it lacks a key attribute of the right type: indexes are sparse. */
export const keyInIndex = (schema: KeySchema, item: Item): StoredKey | undefined => {
  const complete = attributesOf(schema).every(({ name, type }) => {
    const value = attributeOf(item, name);
    return value !== undefined && typeOf(value) === type;
  });
  return complete ? stored(schema, item) : undefined;
};

/** The item's key attributes alone. */
export const keyAttributes = (schemas: readonly KeySchema[], item: Item): Item => {
  const names = new Set(schemas.flatMap(attributesOf).map(({ name }) => name));
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
};
