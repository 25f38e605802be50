import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** This host's time, also where a test has given `Date.now` another. */
export const hostTime = (): number => performance.timeOrigin + performance.now();

/** What happens to the next calls of an action: refused before they are carried out, or carried out with the answer lost. */
export interface Accident {
  readonly action: string;
  readonly kind: 'fail' | 'lose-answer';
  times: number;
}

/** Stands before DynamoDB: counts calls, moves DynamoDB's time, fails calls or loses their answers. */
export async function startTableProxy(endpoint: string) {
  const target = new URL(endpoint);
  const proxy = {
    calls: [] as string[],
    /** ms by which DynamoDB's clock is ahead of this host's. */
    ahead: 0,
    accidents: [] as Accident[],
    beforeUpdate: undefined as (() => Promise<unknown>) | undefined,
    endpoint: '',
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const dated = () => ({
    'content-type': 'application/x-amz-json-1.0',
    date: new Date(hostTime() + proxy.ahead).toUTCString(),
  });
  const forward = (incoming: IncomingMessage, outgoing: ServerResponse, lose: boolean): void => {
    const options = { port: target.port, host: target.hostname, method: 'POST', headers: incoming.headers };
    const onward = request(options, (reply) => {
      if (lose) {
        reply.resume().on('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(reply.statusCode ?? 500, dated());
      reply.pipe(outgoing);
    });
    incoming.pipe(onward);
  };
  const server = createServer((incoming, outgoing) => {
    const action = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    proxy.calls.push(action);
    const accident = proxy.accidents.find((each) => each.action === action && each.times-- > 0);
    if (accident?.kind === 'fail') {
      incoming.resume().on('end', () => outgoing.writeHead(500, dated()).end('{"__type":"InternalServerError"}'));
      return;
    }
    const interlude = action === 'UpdateItem' ? proxy.beforeUpdate : undefined;
    if (interlude) proxy.beforeUpdate = undefined;
    void Promise.resolve(interlude?.()).then(() => forward(incoming, outgoing, accident?.kind === 'lose-answer'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;
}
