import type { IncomingMessage } from 'node:http';
import { ServiceError } from '../service.ts';

/** One HTTP request, whole: `path` still percent-encoded as it was sent, `query` decoded, header names in `headers` in lower case. */
export interface LocalRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly sentHeaders: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly address: string;
}

/** Splits a request target; a form other than `/path?query`, or broken percent-encoding, is refused with 400. */
export const parseTarget = (target: string): Pick<LocalRequest, 'path' | 'query'> => {
  if (!target.startsWith('/')) throw new ServiceError('BadRequestException', 'The request target must be a path.');
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const pairs =
    mark < 0
      ? []
      : target
          .slice(mark + 1)
          .split('&')
          .filter(Boolean);
  try {
    decodeURIComponent(path);
    return { path, query: pairs.map(decodePair) };
  } catch {
    throw new ServiceError('BadRequestException', 'The request target is not valid percent-encoding.');
  }
};

const decodePair = (pair: string): readonly [string, string] => {
  const equals = pair.indexOf('=');
  if (equals < 0) return [decodeURIComponent(pair), ''];
  return [decodeURIComponent(pair.slice(0, equals)), decodeURIComponent(pair.slice(equals + 1))];
};

/** The request's headers in both forms: as sent, and joined under their lower-case names. */
export const readHeaders = (request: IncomingMessage): Pick<LocalRequest, 'headers' | 'sentHeaders'> => {
  const sentHeaders: [string, string][] = [];
  const headers: Record<string, string> = Object.create(null);
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? '';
    const value = request.rawHeaders[index + 1] ?? '';
    const key = name.toLowerCase();
    sentHeaders.push([name, value]);
    headers[key] = key in headers ? `${headers[key]},${value}` : value;
  }
  return { headers, sentHeaders };
};

/** Reads a body of at most `limit` bytes; `undefined` if it is larger, in which case the rest is left unread. */
export const readBody = (request: IncomingMessage, limit: number): Promise<Buffer | undefined> => {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= limit) return;
      request.off('data', take);
      resolve(undefined);
    };
    request.on('data', take);
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The connection closed before the request was whole.')));
  });
};
