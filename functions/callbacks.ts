/** Tells the endpoint of one agent what became of its operations. Deployed once for each agent with an endpoint; it knows that agent's signing secret and no other. */
import { environmentOf } from '../lib/aws/environment.ts';
import { serveCallbacks } from '../lib/aws/serve-callbacks.ts';

export const handler = serveCallbacks(
  environmentOf(
    'STAGE',
    'OPERATIONS_TABLE',
    'JOURNAL_TABLE',
    'RESULTS_BUCKET',
    'AGENT',
    'CALLBACK_URL',
    'CALLBACK_QUEUE',
    'SECRET_ARN',
  ),
);
