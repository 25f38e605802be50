import { deliver } from '../core/callback/deliver.ts';
import { callbackEndpoint, signingSecret } from './callback-endpoint.ts';
import { type CallbackTicket, receivingCallbacks } from './callback-queue.ts';
import { sqs } from './clients.ts';
import { egress } from './egress.ts';
import type { environmentOf } from './environment.ts';
import { logError, logger } from './log.ts';
import { callbackGivenUp, callbackUnsigned } from './metrics.ts';
import { stores } from './runtime.ts';
import { secretOf } from './secrets.ts';

type Environment = ReturnType<
  typeof environmentOf<
    [
      'STAGE',
      'OPERATIONS_TABLE',
      'JOURNAL_TABLE',
      'RESULTS_BUCKET',
      'AGENT',
      'CALLBACK_URL',
      'CALLBACK_QUEUE',
      'SECRET_ARN',
    ]
  >
>;

/** Begins nothing after that, in ms: the next run goes on. */
const budget = 40_000;

/** Tells one agent's endpoint what became of its operations, until for so many seconds nothing is to be told. */
export function serveCallbacks(environment: Environment, { idleSeconds = 1 }: { readonly idleSeconds?: number } = {}) {
  const { AGENT: agent, CALLBACK_URL: url, SECRET_ARN: secretArn } = environment;
  const { operations, journal } = stores({
    operations: environment.OPERATIONS_TABLE,
    journal: environment.JOURNAL_TABLE,
    results: environment.RESULTS_BUCKET,
  });
  const receive = receivingCallbacks(sqs(), environment.CALLBACK_QUEUE, idleSeconds);
  const post = callbackEndpoint({
    ...{ url, now: Date.now },
    transport: egress({ callback: url }, { loopback: environment.STAGE === 'local' }),
    secret: secretOf(process.env, { secretArn, schema: signingSecret }),
  });
  const attempt = async ({ callback, attempt: nth, done, later }: CallbackTicket): Promise<void> => {
    const delivered = await deliver(callback, nth, { operations, journal, post });
    const { outcome } = delivered;
    if (outcome === 'delivered' || outcome === 'passed') return done();
    const { reason } = delivered;
    logger.warn('an agent was not told', { agent, operationId: callback.operationId, attempt: nth, outcome, reason });
    if (reason === 'AUTH_FAILED') callbackUnsigned(agent);
    if (outcome === 'failed') return later(delivered.again);
    callbackGivenUp(agent);
    await done();
  };
  /** Whether it was worked on; otherwise the queue hands it out again. */
  const isServed = (ticket: CallbackTicket): Promise<boolean> =>
    attempt(ticket).then(
      () => true,
      (error: unknown) => {
        logError('an agent could not be told', error, { agent, operationId: ticket.callback.operationId });
        return false;
      },
    );
  return async (): Promise<{ handled: number }> => {
    const until = performance.now() + budget;
    let handled = 0;
    let failed = 0;
    for (let tickets = await receive(); tickets.length > 0; tickets = await receive()) {
      const served = await Promise.all(tickets.map(isServed));
      handled += tickets.length;
      failed += served.filter((isDone) => !isDone).length;
      if (performance.now() > until) break;
    }
    // The alarm about this function says that something is wrong with us, not with an endpoint.
    if (failed > 0) throw new Error(`${failed} of ${handled} callbacks could not be worked on`);
    return { handled };
  };
}
