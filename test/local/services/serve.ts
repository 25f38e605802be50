import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalAnswer } from '../../../local/http/service-endpoint.ts';
import { type HttpAnswer, type Service, ServiceError } from '../../../local/service.ts';

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const principal = 'arn:aws:iam::123456789012:role/test';

const answerJson = async (service: Service, request: IncomingMessage): Promise<HttpAnswer> => {
  const target = String(request.headers['x-amz-target']);
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  try {
    const action = service.actions[target.split('.')[1] ?? ''];
    if (!action) throw new ServiceError('UnknownOperationException', `${target} is not there`);
    const input = JSON.parse((await readBody(request)).toString());
    return { status: 200, headers, body: JSON.stringify(await action.run({ input, principal })) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const body = JSON.stringify({ __type: error.code, message: error.message, ...error.details });
    return { status: error.status, headers, body };
  }
};

const answerRest = async (service: Service, request: IncomingMessage): Promise<HttpAnswer> => {
  const { protocol } = service;
  if (protocol.kind !== 'rest') throw new Error('not a rest service');
  const url = new URL(`http://local${request.url}`);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  try {
    const body = await readBody(request);
    const found = protocol.route(request.method ?? '', url.pathname, url.searchParams, body);
    const action = service.actions[found?.action ?? ''];
    if (!found || !action) throw new ServiceError('UnknownOperationException', 'not there', { status: 404 });
    const answer = await action.run({
      input: found.input,
      principal,
      request: { headers, body },
    });
    return answer as HttpAnswer;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return refusalAnswer(service, error) as HttpAnswer;
  }
};

/** Speaks a service's wire protocol on a loopback port, without signatures and policies. */
export const serve = async (service: Service): Promise<{ endpoint: string; close: () => Promise<void> }> => {
  const answer = service.protocol.kind === 'json' ? answerJson : answerRest;
  const server = createServer((request, response) => {
    answer(service, request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
