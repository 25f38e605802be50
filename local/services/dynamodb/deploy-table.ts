import { isDeepStrictEqual } from 'node:util';
import { physicalName } from '../../cloudformation/physical-name.ts';
import { resourceType } from '../../cloudformation/resource-type.ts';
import type { ServiceContext } from '../../service.ts';
import { transaction } from '../../transaction.ts';
import type { Item } from './attribute-value.ts';
import { enterIndex, expiryOf, storedItem } from './items.ts';
import { attributesOf, type StoredKey } from './key.ts';
import { type Store, storeOf } from './store.ts';
import { describeKey, type Index, keySchemaOf, type Table } from './table.ts';
import { type TableProperties, tableProperties } from './table-properties.ts';

const indexOf = (
  index: TableProperties['GlobalSecondaryIndexes'][number],
  definitions: TableProperties['AttributeDefinitions'],
): Index => {
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection;
  const key = keySchemaOf(index.KeySchema, definitions);
  if (ProjectionType === 'ALL') return { name: index.IndexName, key };
  return { name: index.IndexName, key, projected: NonKeyAttributes };
};

const refuseUnusedDefinitions = (properties: TableProperties, table: Table): void => {
  const used = new Set(
    [table.key, ...table.indexes.map(({ key }) => key)].flatMap(attributesOf).map(({ name }) => name),
  );
  const unused = properties.AttributeDefinitions.filter(({ AttributeName }) => !used.has(AttributeName));
  if (unused.length === 0) return;
  const names = unused.map(({ AttributeName }) => AttributeName).join(', ');
  throw new Error(`AttributeDefinitions holds ${names}, which no key of table ${table.name} uses`);
};

const streamOf = (
  { clock }: ServiceContext,
  arn: string,
  view: NonNullable<Table['stream']>['view'] | undefined,
  deployed: Table | undefined,
): Table['stream'] => {
  if (!view) return undefined;
  if (deployed?.stream?.view === view) return deployed.stream;
  return { view, arn: `${arn}/stream/${new Date(clock.now()).toISOString().slice(0, -1)}` };
};

const describeTable = (context: ServiceContext, name: string, properties: TableProperties): Table => {
  const arn = `arn:aws:dynamodb:${context.region}:${context.account}:table/${name}`;
  const { AttributeDefinitions: definitions, TimeToLiveSpecification: expiry } = properties;
  const deployed = storeOf(context).tables.get(name);
  const stream = streamOf(context, arn, properties.StreamSpecification?.StreamViewType, deployed);
  const table: Table = {
    name,
    arn,
    key: keySchemaOf(properties.KeySchema, definitions),
    indexes: properties.GlobalSecondaryIndexes.map((index) => indexOf(index, definitions)),
    ...(stream && { stream }),
    ...(expiry?.Enabled && { expiry: expiry.AttributeName }),
  };
  refuseUnusedDefinitions(properties, table);
  if (deployed && !isDeepStrictEqual(deployed.key, table.key)) {
    throw new Error(
      `table ${name} has the key ${describeKey(deployed.key)}, which cannot become ${describeKey(table.key)}: ` +
        'give the table another name, or start with a fresh state',
    );
  }
  return table;
};

const storedItems = (store: Store, table: Table): readonly { key: StoredKey; item: Item }[] =>
  store.sql('SELECT hash, range, body FROM dynamodb_item WHERE table_name = ?').all(table.name).map(storedItem);

const rebuildIndexes = (store: Store, table: Table, deployed: Table): void => {
  const kept = (index: Index): boolean =>
    deployed.indexes.some(({ name, key }) => name === index.name && isDeepStrictEqual(key, index.key));
  const fresh = table.indexes.filter((index) => !kept(index));
  const gone = deployed.indexes.filter(
    ({ name }) => !table.indexes.some((index) => index.name === name && kept(index)),
  );
  for (const { name } of gone) {
    store.sql('DELETE FROM dynamodb_index_entry WHERE table_name = ? AND index_name = ?').run(table.name, name);
  }
  if (fresh.length === 0) return;
  for (const { key, item } of storedItems(store, table)) {
    for (const index of fresh) enterIndex(store, table, index, key, item);
  }
};

const rewriteExpiries = (store: Store, table: Table): void => {
  for (const { key, item } of storedItems(store, table)) {
    store
      .sql('UPDATE dynamodb_item SET expires = ? WHERE table_name = ? AND hash = ? AND range = ?')
      .run(expiryOf(table, item), table.name, key.hash, key.range);
  }
};

const save = (store: Store, table: Table): void => {
  const deployed = store.tables.get(table.name);
  transaction(store.database, () => {
    if (deployed) rebuildIndexes(store, table, deployed);
    if (deployed && deployed.expiry !== table.expiry) rewriteExpiries(store, table);
    store
      .sql('INSERT OR REPLACE INTO dynamodb_table (name, definition) VALUES (?, ?)')
      .run(table.name, JSON.stringify(table));
  });
  store.tables.set(table.name, table);
};

/** `AWS::DynamoDB::Table`: deploying again keeps the items and follows changed indexes, stream and time to live; a changed key is refused. */
export const tableResource = (context: ServiceContext) =>
  resourceType(tableProperties, (properties, resource) => {
    const name = properties.TableName ?? physicalName(resource, 255);
    const table = describeTable(context, name, properties);
    save(storeOf(context), table);
    return {
      ref: name,
      attributes: { Arn: table.arn, ...(table.stream && { StreamArn: table.stream.arn }) },
    };
  });
