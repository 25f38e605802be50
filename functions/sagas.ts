/** Starts the sagas that agents ask for. Only the agents' API may call it. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { sagasVariables, serveSagas } from '../lib/aws/serve-sagas.ts';

export const handler = serveSagas(define, environmentOf(...sagasVariables));
