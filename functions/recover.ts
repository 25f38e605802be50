/** Asks one system what became of operations, with its read credential. Deployed once for each system. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { serveRecover } from '../lib/aws/serve-recover.ts';

export const handler = serveRecover(
  define,
  environmentOf('STAGE', 'OPERATIONS_TABLE', 'COORDINATION_TABLE', 'RESULTS_BUCKET', 'SYSTEM', 'SECRET_ARN', 'ORIGINS'),
);
