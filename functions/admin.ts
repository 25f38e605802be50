/** `/v1/admin/…`: the operators' routes. Reads operations, journal and approvals; asks the recover functions to look things up; pauses systems. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { adminVariables, serveAdmin } from '../lib/aws/serve-admin.ts';

const asksPeople = process.env['APPROVALS_TABLE'] !== undefined;

export const handler = serveAdmin(
  define,
  environmentOf(...adminVariables),
  asksPeople ? environmentOf('APPROVALS_TABLE', 'APPROVERS_SECRET_ARN') : undefined,
);
