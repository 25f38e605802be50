import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LocalError, messageOf } from '../local-error.ts';
import { ServiceError } from '../service.ts';
import { type Handled, problemAnswer } from './answer.ts';
import { type LocalRequest, parseTarget, readBody, readHeaders } from './request.ts';

/** A request's line and headers; its body is read once it is known how large it may be. */
export type RequestHead = Omit<LocalRequest, 'body'>;

/** What the server asks about each request. */
export interface RequestHandler {
  /** How many bytes the body may have. */
  bodyLimit(head: RequestHead): number;
  /** Answers a request; `body` is `undefined` when it was over the limit. `response` is for answers that stream. */
  handle(head: RequestHead, body: Buffer | undefined, response: ServerResponse): Promise<Handled | 'streaming'>;
}

/** The one loopback port of the local AWS. */
export interface LocalServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 alone; port 0 = any free one. Error: `PORT_IN_USE`. */
export const listen = async (
  port: number,
  handler: RequestHandler,
  log: (text: string) => void,
): Promise<LocalServer> => {
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    respond(request, response, handler).catch((error: unknown) => {
      log(`request failed: ${messageOf(error)}`);
      response.destroy();
    });
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    else socket.destroy();
  });
  await bind(server, port);
  const { port: bound } = server.address() as AddressInfo;
  return { port: bound, close: () => closeServer(server) };
};

/** Whether a port of 127.0.0.1 can be listened on now. Throws `PORT_IN_USE`. */
export async function checkPort(port: number): Promise<void> {
  const server = createServer();
  await bind(server, port);
  await closeServer(server);
}

const bind = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      const message = `Port ${port} of 127.0.0.1 cannot be used (${error.code}); choose another, or 0 for any.`;
      reject(inUse ? new LocalError('PORT_IN_USE', message, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

const respond = async (request: IncomingMessage, response: ServerResponse, handler: RequestHandler): Promise<void> => {
  const handled = await answer(request, response, handler);
  if (handled === 'streaming') return;
  if (handled === 'drop') return void request.socket.destroy();
  // The rest of a body that is too large is thrown away: a client hears the answer only once it has sent everything.
  request.resume();
  for (const [name, value] of Object.entries(handled.headers)) response.setHeader(name, value);
  response.statusCode = handled.status;
  response.end(request.method === 'HEAD' ? undefined : handled.body);
};

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  handler: RequestHandler,
): Promise<Handled | 'streaming'> => {
  const refusal = guard(request);
  if (refusal) return problemAnswer(403, 'Forbidden', refusal);
  try {
    const head: RequestHead = {
      method: request.method ?? 'GET',
      ...parseTarget(request.url ?? ''),
      ...readHeaders(request),
      address: request.socket.remoteAddress ?? '127.0.0.1',
    };
    return await handler.handle(head, await readBody(request, handler.bodyLimit(head)), response);
  } catch (error) {
    if (error instanceof ServiceError) return problemAnswer(error.status, error.code, error.message);
    throw error;
  }
};

/**
 * Pages of other sites, and names that are made to resolve to this machine, get nothing from this port. People may follow
 * a link to it: what that shows, the other site does not see.
 */
const guard = ({ method, headers, socket }: IncomingMessage): string | undefined => {
  const site = headers['sec-fetch-site'];
  const isLink =
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if ((site === 'cross-site' || site === 'same-site') && !isLink) return 'Requests of other sites are refused.';
  // Clients leave HTTP's own port out.
  const port = socket.localPort === 80 ? '' : `:${socket.localPort}`;
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}${port}`);
  if (!hosts.includes(headers.host ?? '')) return 'The Host header must name this loopback port.';
  const origins = hosts.map((host) => `http://${host}`);
  // A form on a page that sends no referrer has the origin "null", also towards its own site.
  const isOwnForm = headers.origin === 'null' && site === 'same-origin';
  if (headers.origin !== undefined && !origins.includes(headers.origin) && !isOwnForm)
    return 'Requests of other origins are refused.';
  return undefined;
};
