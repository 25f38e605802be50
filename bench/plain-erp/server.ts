/** An ERP in memory, in a process of its own. Arguments: `--port`, `--state` (not used). Prints where it is as one line of JSON. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import * as z from 'zod';

interface Kept {
  readonly id: string;
  readonly version: number;
  readonly status: 'open' | 'released';
  readonly item: string;
  readonly pieces: number;
  readonly reference?: string | undefined;
}

const { values } = parseArgs({ options: { port: { type: 'string' }, state: { type: 'string' } } });
const wanted = z.object({ item: z.string(), pieces: z.int(), reference: z.string().optional() });
const collections = new Map<string, Map<string, Kept>>(
  ['reservations', 'allocations'].map((name) => [name, new Map()]),
);
const byReference = new Map<string, string[]>();
const requests = { read: 0, write: 0 };
let lastReleaseAt = 0;
let ids = 0;

const refused = { status: 422, body: { error: 'refused' } };
const missing = { status: 404, body: { error: 'not found' } };

function take(collection: string, body: string) {
  const documents = collections.get(collection);
  if (!documents) return refused;
  const kept: Kept = { ...wanted.parse(JSON.parse(body)), id: `${collection[0]}-${++ids}`, version: 1, status: 'open' };
  documents.set(kept.id, kept);
  if (kept.reference) byReference.set(kept.reference, [...(byReference.get(kept.reference) ?? []), kept.id]);
  return { status: 201, body: kept };
}

function change(collection: string, id: string, method: string) {
  const found = collections.get(collection)?.get(id);
  if (!found) return missing;
  if (method !== 'DELETE' || found.status === 'released') return { status: 200, body: found };
  const released: Kept = { ...found, status: 'released', version: found.version + 1 };
  collections.get(collection)?.set(id, released);
  lastReleaseAt = performance.timeOrigin + performance.now();
  return { status: 200, body: released };
}

function seen() {
  const open = [...collections.values()].flatMap((documents) => [...documents.values()]);
  return { ...requests, lastReleaseAt, open: open.filter(({ status }) => status === 'open').length, made: open.length };
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://erp');
  const [, collection = '', id] = pathname.split('/');
  const body = await text(request);
  const answer = (): { readonly status: number; readonly body: unknown } => {
    if (collection === '_seen') return { status: 200, body: seen() };
    requests[request.method === 'GET' ? 'read' : 'write']++;
    if (request.method === 'POST') return take(collection, body);
    if (id !== undefined) return change(collection, id, request.method ?? '');
    const found = byReference.get(searchParams.get('reference') ?? '') ?? [];
    return { status: 200, body: found.map((each) => collections.get(collection)?.get(each)).filter(Boolean) };
  };
  const { status, body: said } = answer();
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
});
server.keepAliveTimeout = 60_000;
server.listen(Number(values.port), '127.0.0.1', () => {
  const baseUrl = `http://127.0.0.1:${values.port}`;
  const key = { apiKey: 'bench' };
  const credentials = { read: key, write: key };
  console.log(JSON.stringify({ baseUrl, controlUrl: baseUrl, origins: { api: baseUrl }, credentials }));
});
process.once('SIGTERM', () => process.exit(0));
