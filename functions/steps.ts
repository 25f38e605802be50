/** Carries out the steps of sagas on one system at one access, in the name of the agent that the saga's operation names. Only machines may call it. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { toolsVariables } from '../lib/aws/pipeline-runtime.ts';
import { serveSteps } from '../lib/aws/serve-steps.ts';

export const handler = serveSteps(define, environmentOf(...toolsVariables));
