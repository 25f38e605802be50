import { attributesOf, type KeyAttribute, type KeySchema } from './key.ts';
import type { TableProperties } from './table-properties.ts';

/** A global secondary index; without `projected` it carries whole items. */
export interface Index {
  readonly name: string;
  readonly key: KeySchema;
  /** The non-key attributes that it carries. */
  readonly projected?: readonly string[];
}

/** What a table's stream records of each change. */
export type StreamView = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** A deployed table. */
export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly key: KeySchema;
  readonly indexes: readonly Index[];
  readonly stream?: { readonly arn: string; readonly view: StreamView };
  /** The attribute that holds an item's time to live in epoch seconds. */
  readonly expiry?: string;
}

type KeySchemaProperty = TableProperties['KeySchema'];

/** The key that a template's `KeySchema` and `AttributeDefinitions` describe. */
export const keySchemaOf = (
  schema: KeySchemaProperty,
  definitions: TableProperties['AttributeDefinitions'],
): KeySchema => {
  const attribute = (keyType: 'HASH' | 'RANGE'): KeyAttribute | undefined => {
    const element = schema.find(({ KeyType }) => KeyType === keyType);
    const definition = definitions.find(({ AttributeName }) => AttributeName === element?.AttributeName);
    if (element && !definition)
      throw new Error(`the key attribute ${element.AttributeName} has no AttributeDefinition`);
    return definition && { name: definition.AttributeName, type: definition.AttributeType };
  };
  const hash = attribute('HASH');
  const range = attribute('RANGE');
  if (!hash) throw new Error('a KeySchema needs a HASH element');
  return range ? { hash, range } : { hash };
};

/** A key schema in words, e.g. `id (S), version (N)`. */
export const describeKey = (schema: KeySchema): string =>
  attributesOf(schema)
    .map(({ name, type }) => `${name} (${type})`)
    .join(', ');
