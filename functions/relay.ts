/** Reads the operations' stream, writes the journal and starts what waits for people; once an hour it looks for what the stream has lost. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { serveRelay } from '../lib/aws/serve-relay.ts';

export const handler = serveRelay(
  define,
  environmentOf(
    'OPERATIONS_TABLE',
    'JOURNAL_TABLE',
    'COORDINATION_TABLE',
    'RESULTS_BUCKET',
    'APPROVAL_MACHINES',
    'SAGA_MACHINES',
    'BACKLOG_QUEUES',
    'CALLBACK_QUEUES',
    'CALLBACK_FUNCTIONS',
    'STAGE',
    'LEDGER_TABLE',
  ),
);
