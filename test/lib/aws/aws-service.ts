import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** What a service of AWS was asked. */
interface Asked {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** A service of AWS that answers its calls in turn, the last way for good, and the environment that leads to it. */
export async function awsService(...answers: readonly ((response: ServerResponse) => unknown)[]) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push({ request, body: await text(request) });
    answer?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const environment = {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'a/b+c',
    AWS_SESSION_TOKEN: 'session//token==',
  };
  return { asked, environment };
}

/** Answers with this status and body. */
export const answering =
  (status: number, body = '') =>
  (response: ServerResponse) =>
    response.writeHead(status).end(body);
