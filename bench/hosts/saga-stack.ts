/** The product with the saga of the bench on this machine: arguments are the state directory and the folder of built functions. Prints its endpoints as one line of JSON when it is ready, and tells how often its DynamoDB has written, once nothing of it is left to do. */
import { subscribe } from 'node:diagnostics_channel';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startLocalStack } from '../../bin/local-stack.ts';
import { configurationFor } from '../../lib/core/check-configuration.ts';
import define from '../saga.config.ts';

const writing = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems']);
let writes = 0;
// What a condition refused has written nothing.
subscribe('http.server.response.finish', (message) => {
  const { request, response } = message as { readonly request: IncomingMessage; readonly response: ServerResponse };
  const [protocol, action = ''] = String(request.headers['x-amz-target'] ?? '').split('.');
  if (protocol?.startsWith('DynamoDB_') && writing.has(action) && response.statusCode === 200) writes++;
});

const [state = '', functions = ''] = process.argv.slice(2);
const stack = await startLocalStack({ configuration: configurationFor(define, 'local'), functions, state, port: 0 });
const counter = createServer(async (_, response) => {
  await stack.aws.waitForIdle(60_000);
  response.end(JSON.stringify({ writes }));
});
await new Promise<void>((resolve) => counter.listen(0, '127.0.0.1', resolve));
process.once('SIGTERM', () => {
  counter.closeAllConnections();
  counter.close();
  void stack.close();
});
const { port }: Partial<AddressInfo> = Object(counter.address());
const { apiUrl, region, agents, systems, simulators } = stack;
const erp = { baseUrl: systems['erp']?.baseUrl, pid: simulators['erp']?.pid };
console.log(JSON.stringify({ apiUrl, region, agents, erp, counterUrl: `http://127.0.0.1:${port}`, pid: process.pid }));
