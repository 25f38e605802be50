import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { meterTable } from '../../../lib/aws/meter-table.ts';
import type { MeterChange } from '../../../lib/core/resilience/meter-state.ts';
import { dynamodb } from '../../../local/services/dynamodb/dynamodb.ts';
import { deploy, localContext } from '../../local/services/local-context.ts';
import { serve } from '../../local/services/serve.ts';
import { memoryMeterStore } from '../core/resilience/memory-meter.ts';

const service = dynamodb(localContext());
let engine: Awaited<ReturnType<typeof serve>>;
let client: DynamoDBClient;

beforeAll(async () => {
  await deploy(
    service,
    'AWS::DynamoDB::Table',
    {
      TableName: 'coordination',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    },
    'coordination',
  );
  engine = await serve(service);
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  client = new DynamoDBClient({ endpoint: engine.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await engine.close();
});

const moment = fc.constantFrom(0, 100, 121.5, 143.25, 200, 1_000);
const gate: fc.Arbitrary<MeterChange['gate']> = fc.record(
  {
    breaker: fc.constantFrom(
      { state: 'open', since: 1, until: 2, openings: 3 } as const,
      { state: 'half-open', since: 1, until: 2, openings: 3, probe: 'a-1' } as const,
    ),
    pause: fc.constant({ by: 'operator', reason: 'stock count', at: 5, all: false }),
    waitUntil: moment,
  },
  { requiredKeys: ['breaker'] },
);
const take = fc.record({
  count: fc.integer({ min: 1, max: 2 }),
  between: fc.constantFrom([0, 100] as const, [0, 10_000] as const),
  at: fc.option(moment, { nil: undefined }),
  interval: fc.constant(21.5),
  until: moment,
  room: fc.constantFrom(0, 3, 9),
});
const step = fc.record({
  late: fc.constantFrom(0, 0, 0, 1),
  free: fc.uniqueArray(fc.nat(5), { maxLength: 2 }),
  gate: fc.option(gate, { nil: undefined }),
  take: fc.option(take, { nil: undefined, freq: 5 }),
});

let systems = 0;
test('whatever is written to a meter, the table does what the meaning of a change says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const table = meterTable(client, { tableName: 'coordination', system: `erp${systems++}` });
      const { store, item } = memoryMeterStore();
      for (const { late, free, gate, take } of steps) {
        const held = item.state.gate === late ? [] : [...Object.keys(item.state.held), 'gone-1'];
        const change: MeterChange = {
          ...{ gate, seen: item.state.gate - late, free: free.flatMap((n) => held[n] ?? []) },
          take: take && { ...take, ids: Array.from({ length: take.count }, () => randomUUID()) },
        };
        if (!change.gate && !change.take && change.free.length === 0) continue;
        expect(await table.change(change)).toEqual(await store.change(change));
      }
      expect(await table.read()).toEqual(item.state);
    }),
    { numRuns: 60 },
  );
});
