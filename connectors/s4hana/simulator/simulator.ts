import { startSimulation } from '../../../lib/simulation/simulation.ts';
import { TOKEN_PATH } from './address.ts';
import type { Client } from './oauth.ts';
import { s4hana } from './system.ts';

/** Credentials of one client of the token endpoint. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** How to start the simulator; every part may be left out. */
export interface SimulatorOptions {
  /** 0 or absent takes any free port. */
  readonly port?: number;
  /** Directory of the durable state; absent keeps it in memory. */
  readonly state?: string;
  readonly clock?: { now(): number };
  /** Another seed gives another set of documents; what the seed's top names exists in all of them. */
  readonly seed?: number;
  readonly clients?: readonly (Credentials & { readonly access: 'read' | 'write' })[];
  /** Seconds that an access token is valid; 3600 unless told. */
  readonly tokenLifetime?: number;
  /** Milliseconds after which an abandoned request no longer takes effect; 600,000 unless told. */
  readonly maxServerTime?: number;
}

/** Where a running simulator is and how to sign in to it. */
export interface SimulatorEndpoints {
  readonly baseUrl: string;
  /** Base of the control routes, `{controlUrl}/_sim/...`. */
  readonly controlUrl: string;
  /** `api` is the base of `/sap/opu/odata...`, `token` the whole address of the token endpoint. */
  readonly origins: { readonly api: string; readonly token: string };
  readonly credentials: { readonly read: Credentials; readonly write: Credentials };
}

const defaultClients = [
  { clientId: 'countersign-read', clientSecret: 'simulated-read-secret', access: 'read' },
  { clientId: 'countersign-write', clientSecret: 'simulated-write-secret', access: 'write' },
] as const;

const credentialsOf = (clients: readonly Client[], access: 'read' | 'write'): Credentials => {
  const client = clients.find((each) => each.access === access);
  if (!client) throw new Error(`The simulator needs a client with access '${access}'.`);
  return { clientId: client.clientId, clientSecret: client.clientSecret };
};

/** Starts a simulated S/4HANA on 127.0.0.1, strict as the real one and faulty on demand. */
export const startSimulator = async (
  options: SimulatorOptions = {},
): Promise<SimulatorEndpoints & { close(): Promise<void> }> => {
  const clients = (options.clients ?? defaultClients).map((client, index) => ({
    ...client,
    user: `CC${String(index + 1).padStart(10, '0')}`,
  }));
  const credentials = { read: credentialsOf(clients, 'read'), write: credentialsOf(clients, 'write') };
  const { baseUrl, close } = await startSimulation(
    s4hana({ clients, lifetimeSeconds: options.tokenLifetime ?? 3600 }),
    options,
  );
  return {
    baseUrl,
    controlUrl: baseUrl,
    origins: { api: baseUrl, token: `${baseUrl}${TOKEN_PATH}` },
    credentials,
    close,
  };
};
