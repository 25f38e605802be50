import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import type { CallbackMessage } from '../core/callback/message.ts';
import type { Transport } from '../core/connector.ts';

/** How long a receiver may take, in ms. */
const patience = 15_000;

/** What signs messages: one secret, or two while one takes the other's place; a receiver is content with either. */
export const signingSecret = z.strictObject({
  secrets: z
    .array(z.string().regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/))
    .min(1)
    .max(2),
});

/** Where an agent is told, and with what. */
export interface CallbackEndpoint {
  readonly url: string;
  readonly transport: Transport;
  readonly secret: () => Promise<z.output<typeof signingSecret>>;
  /** Epoch ms. */
  now(): number;
}

/** Sends messages as Standard Webhooks has them, and answers with the status of the answer. Throws `AUTH_FAILED` without a usable secret, what the transport throws. */
export const callbackEndpoint =
  ({ url, transport, secret, now }: CallbackEndpoint) =>
  async ({ id, body }: CallbackMessage): Promise<number> => {
    const { secrets } = await secret();
    const at = new Date(now());
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': secrets.map((each) => new Webhook(each).sign(id, at, body)).join(' '),
    };
    const signal = AbortSignal.timeout(patience);
    const { status } = await transport(url, { method: 'POST', headers, body, signal });
    return status;
  };
