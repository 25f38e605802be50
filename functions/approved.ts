/** Asks people about writes of one system, and carries out what they approved. Only its state machine may call it. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { serveApproved } from '../lib/aws/serve-approved.ts';

export const handler = serveApproved(
  define,
  environmentOf(
    'STAGE',
    'ACCOUNT_ID',
    'OPERATIONS_TABLE',
    'APPROVALS_TABLE',
    'JOURNAL_TABLE',
    'RESULTS_BUCKET',
    'SYSTEM',
    'SECRET_ARN',
    'ORIGINS',
    'PEOPLE_URL',
    'MAIL_FROM',
    'MAIL_EVENTS',
  ),
);
