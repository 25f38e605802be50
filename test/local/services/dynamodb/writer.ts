// Started by durability.test.ts: writes until it is killed, and reports each write that was acknowledged.
import { writeSync } from 'node:fs';
import { openState } from '../../../../local/state.ts';
import { localContext } from '../local-context.ts';
import { openEngine, operations } from './engine.ts';

const { database } = openState(process.argv[2] ?? '');
const { send, deployTable } = openEngine(localContext(database));
await deployTable(operations);
for (let at = 0; ; at += 1) {
  await send('PutItem', { Item: { id: { S: String(at) }, day: { S: 'd' }, createdAt: { N: String(at) } } });
  writeSync(1, `${at}\n`);
}
