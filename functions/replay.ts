/** Carries out what waits for one system. Once a minute the schedule calls it; nobody else may. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { replayVariables, serveReplay } from '../lib/aws/serve-replay.ts';

export const handler = serveReplay(define, environmentOf(...replayVariables));
