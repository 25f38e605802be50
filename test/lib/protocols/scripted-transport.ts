import type { Transport, TransportRequest } from '../../../lib/core/connector.ts';

/** One request as it reached the transport. */
export type Sent = TransportRequest & { readonly url: string };

type Reply = (sent: Sent) => Response | Promise<Response>;

/** A transport that answers as told and remembers what was sent. */
export function scriptedTransport(reply: Reply): { readonly transport: Transport; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    transport: async (url, request) => {
      await request.permit?.();
      const each = { url, ...request };
      sent.push(each);
      return reply(each);
    },
  };
}

/** A JSON answer. */
export const jsonAnswer = (body: unknown, init: ResponseInit = {}): Response =>
  new Response(JSON.stringify(body), {
    ...init,
    headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string> | undefined) },
  });
