import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Host } from '../../../bin/cli/host.ts';
import { run } from '../../../bin/cli/run.ts';
import { CountersignError, type ErrorCode } from '../../../lib/core/errors.ts';
import { problemOf } from '../../../lib/core/problem.ts';
import { verify } from './signature.ts';

/** A call that the API accepted as signed. */
export interface Call {
  /** Name of the agent or operator. */
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a route answers; `lost` drops the connection instead. */
export type Reply = { status?: number; headers?: Record<string, string>; body?: unknown } | 'lost';
type Routes = Readonly<Record<string, (call: Call) => Reply>>;

const callers = {
  'buyer-agent': 'KEYBUYER',
  'reader-agent': 'KEYREADER',
  operator: 'KEYOPERATOR',
  visitor: 'KEYVISITOR',
};
const secretOf = (id: string) => `secret/of+${id}`;

/** A problem document as the service words it. */
export const problem = (code: ErrorCode, detail = 'It is so.', facts: Record<string, unknown> = {}): Reply => {
  const body = problemOf(new CountersignError(code, detail, { facts }));
  return { status: body.status, headers: { 'content-type': 'application/problem+json' }, body };
};

/** A real HTTP API on loopback which answers signed calls as the routes say, with a state directory that names it. */
export async function stackWith(routes: Routes) {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const keys = Object.fromEntries(Object.values(callers).map((id) => [id, { secret: secretOf(id) }]));
    const url = new URL(request.url ?? '', 'http://host');
    const open = routes[`open ${url.pathname}`];
    const id = open ? 'KEYVISITOR' : verify(request, body, { region: 'eu-central-1', service: 'execute-api', keys });
    if (id instanceof Error) return send(response, problem('SIGNATURE_INVALID', id.message));
    const caller = Object.entries(callers).find(([, key]) => key === id)?.[0] ?? '';
    const { method = '', headers } = request;
    const call = { caller, method, path: url.pathname, query: Object.fromEntries(url.searchParams), headers, body };
    calls.push(call);
    const route = open ?? routes[`${method} ${url.pathname}`];
    return send(response, route ? route(call) : problem('ROUTE_NOT_FOUND'));
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const directory = mkdtempSync(join(tmpdir(), 'countersign-cli-'));
  const state = join(directory, '.countersign');
  mkdirSync(join(state, 'aws', 'logs'), { recursive: true });
  const keysOf = (name: keyof typeof callers) => ({
    accessKeyId: callers[name],
    secretAccessKey: secretOf(callers[name]),
    roleArn: `arn:aws:iam::000000000000:role/${name}`,
  });
  const endpoints = {
    apiUrl,
    region: 'eu-central-1',
    pid: 1,
    agents: { 'buyer-agent': keysOf('buyer-agent'), 'reader-agent': keysOf('reader-agent') },
    operators: { operator: keysOf('operator') },
    systems: { erp: { baseUrl: 'http://127.0.0.1:1', controlUrl: 'http://127.0.0.1:1' } },
  };
  writeFileSync(join(state, 'endpoints.json'), JSON.stringify(endpoints));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  };
  return { apiUrl, calls, directory, state, close, cli: (...argv: string[]) => cliIn(directory, ...argv) };
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'lost') return void response.destroy();
  const { status = 200, headers = { 'content-type': 'application/json' }, body = {} } = reply;
  response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Runs a command in a directory and answers what a person would see. */
export const cliIn = (directory: string, ...argv: string[]) => cliWith({ directory }, ...argv);

/** Runs a command with other surroundings than usual. */
export async function cliWith(
  given: {
    directory: string;
    input?: string;
    interrupted?: AbortSignal;
    env?: Host['env'];
    onOut?: (text: string) => void;
  },
  ...argv: string[]
) {
  let out = '';
  let err = '';
  let ids = 0;
  const host: Host = {
    terminal: {
      colours: false,
      out: (text) => {
        out += text;
        given.onOut?.(text);
      },
      note: (text) => {
        err += text;
      },
      input: async () => given.input ?? '',
      interrupted: () => given.interrupted ?? new AbortController().signal,
    },
    env: given.env ?? {},
    directory: given.directory,
    now: Date.now,
    newId: () => `id-${++ids}`,
    sleep: () => new Promise((resolve) => setImmediate(resolve)),
  };
  const code = await run(argv, host);
  return { code, out, err };
}
