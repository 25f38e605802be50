import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readStream } from '../../../../local/services/dynamodb/stream.ts';
import { openState } from '../../../../local/state.ts';
import { localContext } from '../local-context.ts';
import { openEngine, operations } from './engine.ts';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'dynamodb-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const acknowledgedBeforeKill = async (state: string, enough: number): Promise<number> => {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), state], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(writer, 'exit');
  let acknowledged = 0;
  for await (const _ of createInterface(writer.stdout)) {
    acknowledged += 1;
    if (acknowledged === enough) writer.kill('SIGKILL');
  }
  await ended;
  return acknowledged;
};

it('loses no acknowledged write to kill -9, and none is in the stream, the index or the table alone', async () => {
  const state = join(directory, 'state');
  const acknowledged = await acknowledgedBeforeKill(state, 200);
  const { database, close } = openState(state);
  const { send, deployTable, context } = openEngine(localContext(database));
  const { attributes } = await deployTable(operations);
  const query = {
    IndexName: 'byDay',
    KeyConditionExpression: '#day = :d',
    ExpressionAttributeNames: { '#day': 'day' },
    ExpressionAttributeValues: { ':d': { S: 'd' } },
  };
  const { Items: scanned } = await send('Scan', {});
  const { Items: indexed } = await send('Query', query);
  const { records } = readStream(context, attributes['StreamArn'] ?? '', { limit: 1_000_000 });
  close();
  const ids = (items: unknown) =>
    (Array.isArray(items) ? items : []).map((item) => Number(item.id.S)).toSorted((a, b) => a - b);
  const written = ids(scanned);
  expect(written.length).toBeGreaterThanOrEqual(acknowledged);
  expect(written).toEqual(Array.from({ length: written.length }, (_, at) => at));
  expect(ids(indexed)).toEqual(written);
  expect(ids(records.map(({ dynamodb }) => dynamodb.Keys))).toEqual(written);
});
