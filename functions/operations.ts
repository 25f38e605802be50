/** `GET /v1/operations/{id}`: what became of an agent's own write. Holds no credential of any system. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { serveOperations } from '../lib/aws/serve-operations.ts';

export const handler = serveOperations(
  define,
  environmentOf('STAGE', 'ACCOUNT_ID', 'OPERATIONS_TABLE', 'RESULTS_BUCKET', 'RECOVER_FUNCTIONS'),
);
