/** Pages on which approvers decide. Holds no credential of any system and reads no operations. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { servePeople } from '../lib/aws/serve-people.ts';

export const handler = servePeople(
  define,
  environmentOf('STAGE', 'ACCOUNT_ID', 'APPROVALS_TABLE', 'APPROVERS_SECRET_ARN'),
);
