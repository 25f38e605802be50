/** Asks people about writes of one system, and carries out what they approved. Only its state machine may call it. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { approvedVariables, serveApproved } from '../lib/aws/serve-approved.ts';

export const handler = serveApproved(define, environmentOf(...approvedVariables));
