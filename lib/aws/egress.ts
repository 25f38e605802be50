import { lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { BlockList, type LookupFunction } from 'node:net';
import type { Origins, Transport, TransportRequest } from '../core/connector.ts';
import { CountersignError } from '../core/errors.ts';

const maxAnswer = 20 * 1024 * 1024;

/** Addresses that no system has: the host itself, its metadata service, and what means "any". */
const refused = new BlockList();
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addSubnet('0.0.0.0', 8, 'ipv4');
refused.addSubnet('127.0.0.0', 8, 'ipv4');
refused.addSubnet('fe80::', 10, 'ipv6');
refused.addAddress('::', 'ipv6');
refused.addAddress('::1', 'ipv6');
refused.addAddress('fd00:ec2::254', 'ipv6');

/**
 * The only way out of a function: exact origins, https, no redirects, the resolved address checked and used as it was
 * checked. `loopback` admits this machine's own simulators.
 */
export function egress(origins: Origins, { loopback = false }: { loopback?: boolean } = {}): Transport {
  const allowed = new Set(Object.values(origins).map((url) => new URL(url).origin));
  const agents = { 'https:': new https.Agent({ keepAlive: true }), 'http:': new http.Agent({ keepAlive: true }) };
  return (address, request) => {
    const url = new URL(address);
    if (!allowed.has(url.origin)) return refuse(`${url.host} is not on the list.`);
    if (url.protocol === 'http:' && loopback && isLoopback(url.hostname))
      return send({ client: http, agent: agents['http:'] }, url, request);
    if (url.protocol !== 'https:' || isRefused(url.hostname)) return refuse(`${url.host} is not allowed.`);
    return send({ client: https, agent: agents['https:'] }, url, request);
  };
}

const refuse = (detail: string): Promise<never> => Promise.reject(new CountersignError('HOST_NOT_ALLOWED', detail));
const isLoopback = (host: string): boolean => host === '127.0.0.1' || host === 'localhost';
const isRefused = (host: string): boolean =>
  refused.check(host) || refused.check(host.replace(/^\[|\]$/g, ''), host.startsWith('[') ? 'ipv6' : 'ipv4');

/** Resolves and checks in one step, so that the address checked is the address connected to. */
const checkedLookup: LookupFunction = (hostname, options, callback) =>
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const good = (addresses ?? []).filter(
      ({ address, family }) => !refused.check(address, family === 6 ? 'ipv6' : 'ipv4'),
    );
    if (error) return callback(error, []);
    const [first] = good;
    if (!first) return callback(Object.assign(new Error('address refused'), { code: 'EREFUSEDADDRESS' }), []);
    return options.all ? callback(null, good) : callback(null, first.address, first.family);
  });

interface Way {
  readonly client: typeof http | typeof https;
  readonly agent: http.Agent;
}

/**
 * Nothing is written before the connection stands and the permit is given: what fails until then was surely not sent.
 * A modifying request has a connection of its own, because an idle one may be dead, and a write into it tells nobody
 * whether it arrived; a read that meets a dead one is asked once more.
 */
function send(way: Way, url: URL, asked: TransportRequest, again = true): Promise<Response> {
  const { client, agent } = way;
  const { method, headers, body, signal, permit, ready = permit } = asked;
  return new Promise((resolve, reject) => {
    let sent = false;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const request = client.request(url, {
      ...{ method, signal, headers: { ...headers, ...length }, agent: permit ? false : agent },
      ...(client === https && { lookup: checkedLookup }),
    });
    const fail = (cause: unknown) => {
      if (again && !permit && request.reusedSocket && isReset(cause)) return resolve(send(way, url, asked, false));
      const applied = sent ? 'unknown' : 'no';
      reject(new CountersignError('SYSTEM_UNAVAILABLE', `${url.host} did not answer.`, { cause, applied }));
    };
    const write = async () => {
      try {
        await ready?.();
        if (request.destroyed) return;
        sent = true;
        request.end(body);
      } catch (refusal) {
        reject(refusal);
        request.destroy();
      }
    };
    request.on('socket', (socket) => {
      if (socket.connecting) socket.once(client === https ? 'secureConnect' : 'connect', write);
      else write();
    });
    request.on('error', fail);
    request.on('response', (response) => {
      answerOf(response).then(resolve, fail);
    });
  });
}

const isReset = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ECONNRESET';

/** The whole answer; half an answer is an error. */
async function answerOf(response: http.IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > maxAnswer)
      throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The answer is larger than 20 MB.', { applied: 'unknown' });
    chunks.push(chunk);
  }
  const { statusCode: status = 500, rawHeaders } = response;
  const headers = new Headers();
  for (let n = 0; n + 1 < rawHeaders.length; n += 2) headers.append(rawHeaders[n] ?? '', rawHeaders[n + 1] ?? '');
  const empty = status === 204 || status === 205 || status === 304 || status < 200;
  return new Response(empty ? null : Buffer.concat(chunks), { status: Math.max(status, 200), headers });
}
