/** Begins, chooses and ends for the machines of sagas. Holds no credential of any system; only machines may call it. */
import { environmentOf } from '../lib/aws/environment.ts';
import { sagaTurnsVariables, serveSagaTurns } from '../lib/aws/serve-saga-turns.ts';

export const handler = serveSagaTurns(environmentOf(...sagaTurnsVariables));
