/** Carries out what waits for one system. Once a minute the schedule calls it; nobody else may. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { serveReplay } from '../lib/aws/serve-replay.ts';

export const handler = serveReplay(
  define,
  environmentOf(
    'STAGE',
    'ACCOUNT_ID',
    'OPERATIONS_TABLE',
    'JOURNAL_TABLE',
    'COORDINATION_TABLE',
    'RESULTS_BUCKET',
    'SYSTEM',
    'SECRET_ARN',
    'ORIGINS',
    'BACKLOG_QUEUE',
    'UNREADABLE_QUEUE',
  ),
);
