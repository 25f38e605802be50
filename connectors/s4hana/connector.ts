import { type Connection, defineConnector } from '../../lib/core/connector.ts';
import type { CountersignError } from '../../lib/core/errors.ts';
import { canonicalId } from './canonical-id.ts';
import { check } from './check.ts';
import { s4hanaClient, secret } from './client.ts';
import { enumerate } from './enumerate.ts';
import { mapError } from './map-error.ts';
import { ping } from './ping.ts';
import type { S4hanaSettings } from './settings.ts';

/**
 * How we talk to SAP S/4HANA.
 * `limits`: a system of medium size has some tens of dialog work processes, and its users need most of them: that is the places.
 * The pace spreads requests evenly, so a low one makes every call wait; its owner knows better.
 * `rotation`: clients and communication users are made and changed by administrators; no released API of the scenarios that we use replaces them.
 * `maxServerTime`: a dialog work process ends at `rdisp/max_wprun_time`, 600 s where it was not raised.
 */
export const connector = defineConnector({
  kind: 's4hana',
  secret,
  rotation: 'manual',
  reference: { field: 'CorrespncInternalReference', maxLength: 12 },
  maxServerTime: 600_000,
  lookupLag: 5_000,
  limits: { perSecond: 200, concurrent: 20 },
  canonicalId,
  connect: (connection: Connection<S4hanaSettings, (typeof secret)['_output']>) => s4hanaClient(connection),
  mapError: (error): CountersignError => mapError(error),
  check,
  ping,
  enumerate,
});
