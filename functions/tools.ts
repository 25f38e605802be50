/**
 * Carries out the tools of one system at one access. Deployed once for each (system, access), with a role that can read
 * that pair's credential and no other. Only the agents' API may call it.
 */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { toolsVariables } from '../lib/aws/pipeline-runtime.ts';
import { serveTools } from '../lib/aws/serve-tools.ts';

export const handler = serveTools(define, environmentOf(...toolsVariables));
