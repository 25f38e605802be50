import { createHash } from 'node:crypto';
import type { LocalClock } from '../../clock.ts';
import { resourceType } from '../../cloudformation/resource-type.ts';
import { messageOf } from '../../local-error.ts';
import type { DeployedResource, ResourceType, ServiceContext } from '../../service.ts';
import { onAppend, readStream } from '../dynamodb/stream.ts';
import { failureObject } from './failure-destination.ts';
import type { FunctionSettings } from './function-settings.ts';
import type { Functions } from './functions.ts';
import { type MappingProperties, mappingProperties } from './mapping-properties.ts';
import { type StreamMapping, type StreamMappingOptions, startStreamMapping } from './stream-mapping.ts';

/** What mappings need from the rest of the local AWS. */
export interface MappingsOptions {
  readonly context: ServiceContext & { readonly clock: LocalClock };
  readonly functions: Functions;
  readonly allowed: (roleArn: string, action: string, resource: string) => boolean;
  /** Stores an object on behalf of a role. */
  readonly putObject: (roleArn: string, bucket: string, key: string, body: string) => Promise<void>;
  readonly log: (text: string) => void;
}

/** The mappings of all templates. */
export interface EventSourceMappings {
  readonly type: ResourceType;
  /** Begins to read the streams, once everything is deployed. */
  start(): void;
  drained(): boolean;
  stop(): Promise<void>;
}

/** What Lambda itself asks of the function's role before it reads a stream. */
const streamActions = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];

/** Event source mappings from DynamoDB streams to functions; their positions are durable. */
export const eventSourceMappings = (options: MappingsOptions): EventSourceMappings => {
  const deployed = new Map<string, StreamMappingOptions>();
  const running: StreamMapping[] = [];
  const positions = openPositions(options.context);
  const type = resourceType(mappingProperties, (properties, resource) => {
    const id = mappingId(resource);
    const target = options.functions.find(properties.FunctionName);
    checkRole(properties, target.roleArn, options.allowed);
    const position = positions(id, properties.EventSourceArn);
    if (properties.Enabled) deployed.set(id, mappingOptions({ id, target, properties, position }, options));
    return { ref: id, attributes: { Id: id } };
  });
  return {
    type,
    start: () => void running.push(...[...deployed.values()].map(startStreamMapping)),
    drained: () => running.every((mapping) => mapping.drained()),
    async stop() {
      await Promise.all(running.map((mapping) => mapping.stop()));
    },
  };
};

interface Mapping {
  readonly id: string;
  readonly target: FunctionSettings;
  readonly properties: MappingProperties;
  readonly position: StreamMappingOptions['position'];
}

const mappingOptions = (
  { id, target, properties, position }: Mapping,
  { context, functions, putObject, log }: MappingsOptions,
): StreamMappingOptions => {
  const streamArn = properties.EventSourceArn;
  const bucket = properties.DestinationConfig?.OnFailure.Destination.replace('arn:aws:s3:::', '');
  return {
    name: `stream of ${target.name}`,
    properties,
    clock: context.clock,
    position,
    log,
    source: {
      read: (after, limit) => readStream(context, streamArn, { limit, ...(after === undefined ? {} : { after }) }),
      onAppend: (listener) => onAppend(context, (arn) => arn === streamArn && listener()),
    },
    invoke: (event) => functions.invoke(target.name, event),
    async discard(batch, reason) {
      if (!bucket) return;
      const now = context.clock.now();
      const object = failureObject(batch, reason, { mappingId: id, functionArn: target.arn, streamArn, now });
      // As in Lambda, a destination that cannot be written to loses the records; the log is what is left.
      await putObject(target.roleArn, bucket, object.key, object.body).catch((error: unknown) =>
        log(`failure destination ${bucket} refused: ${messageOf(error)} ${object.body}`),
      );
    },
  };
};

const checkRole = (properties: MappingProperties, roleArn: string, allowed: MappingsOptions['allowed']): void => {
  const bucket = properties.DestinationConfig?.OnFailure.Destination;
  const needed = [
    ...streamActions.map((action) => [action, properties.EventSourceArn] as const),
    ...(bucket ? [['s3:PutObject', `${bucket}/aws/lambda/x`] as const, ['s3:ListBucket', bucket] as const] : []),
  ];
  const missing = needed.filter(([action, resource]) => !allowed(roleArn, action, resource));
  if (missing.length === 0) return;
  throw new Error(
    `the function's role lacks ${missing.map(([action, resource]) => `${action} on ${resource}`).join(', ')}`,
  );
};

/** A UUID that stays the same over deploys. */
const mappingId = ({ stack, logicalId }: DeployedResource): string =>
  createHash('sha256')
    .update(`${stack}/${logicalId}`)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

const openPositions = ({ database }: ServiceContext) => {
  database.exec(
    'CREATE TABLE IF NOT EXISTS lambda_position (mapping TEXT, stream_arn TEXT, sequence TEXT NOT NULL, PRIMARY KEY (mapping, stream_arn)) STRICT',
  );
  const select = database.prepare('SELECT sequence FROM lambda_position WHERE mapping = ? AND stream_arn = ?');
  const upsert = database.prepare(
    'INSERT OR REPLACE INTO lambda_position (mapping, stream_arn, sequence) VALUES (?, ?, ?)',
  );
  return (mapping: string, streamArn: string): StreamMappingOptions['position'] => ({
    load() {
      const sequence = select.get(mapping, streamArn)?.['sequence'];
      return typeof sequence === 'string' ? sequence : undefined;
    },
    save: (sequence) => void upsert.run(mapping, streamArn, sequence),
  });
};
