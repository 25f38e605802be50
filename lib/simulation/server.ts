import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';

/** A request that has arrived whole; `gone` aborts when the client has left or the server closes. */
export interface Incoming {
  readonly method: string;
  /** Path and query as they were sent, still percent-encoded. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly gone: AbortSignal;
}

/** An answer; header names are lower-case. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** What the client gets to see of a reply. */
export type Delivery =
  | { readonly kind: 'whole'; readonly reply: Reply }
  | { readonly kind: 'half'; readonly reply: Reply }
  | { readonly kind: 'reset' }
  | { readonly kind: 'never' };

/** A reply that arrives whole. */
export const whole = (reply: Reply): Delivery => ({ kind: 'whole', reply });

const MAX_BODY = 10 * 1024 * 1024;

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  return size <= MAX_BODY ? Buffer.concat(chunks) : undefined;
};

const deliver = (delivery: Delivery, method: string, response: ServerResponse) => {
  if (delivery.kind === 'never') return;
  if (delivery.kind === 'reset') return void response.socket?.resetAndDestroy();
  const { status, headers = {}, body = '' } = delivery.reply;
  const bytes = Buffer.from(body);
  for (const [name, value] of Object.entries(headers))
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  if (status !== 204) response.setHeader('content-length', bytes.length);
  response.writeHead(status);
  if (delivery.kind === 'whole') return void response.end(method === 'HEAD' ? undefined : bytes);
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
};

/** An error of the simulator's own: shown in full, because only its developers can meet it. */
const broken = (error: unknown): Delivery =>
  whole({
    status: 500,
    headers: { 'content-type': 'text/plain' },
    body: String(error instanceof Error ? error.stack : error),
  });

const tooLarge = whole({ status: 413, body: 'The body is larger than 10 MB.' });

type Handle = (incoming: Incoming) => Promise<Delivery>;

const respond = async (request: IncomingMessage, response: ServerResponse, handle: Handle): Promise<void> => {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const { method = 'GET', url: target = '/', headers } = request;
  try {
    const body = await readBody(request);
    deliver(body ? await handle({ method, target, headers, body, gone: gone.signal }) : tooLarge, method, response);
  } catch (error) {
    if (!gone.signal.aborted) deliver(broken(error), method, response);
  }
};

/** Serves HTTP on 127.0.0.1 only; `port` 0 takes any free one. `close` ends every open connection. */
export const listen = async (port: number, handle: Handle): Promise<{ port: number; close(): Promise<void> }> => {
  const server = createServer((request, response) => void respond(request, response, handle));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
