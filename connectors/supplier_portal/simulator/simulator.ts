import { type SimulationOptions, startSimulation } from '../../../lib/simulation/simulation.ts';
import { supplierPortal } from './system.ts';

/** How to start the simulator; every part may be left out. */
export type SimulatorOptions = Omit<SimulationOptions, 'seed'>;

/** Where a running simulator is and how to sign in to it. */
export interface SimulatorEndpoints {
  readonly baseUrl: string;
  /** Base of the control routes, `{controlUrl}/_sim/...`. */
  readonly controlUrl: string;
  /** `api` is the base of `/portal/v1`. */
  readonly origins: { readonly api: string };
  readonly credentials: { readonly read: { readonly apiKey: string }; readonly write: { readonly apiKey: string } };
}

const credentials = {
  read: { apiKey: 'simulated-portal-key-to-read' },
  write: { apiKey: 'simulated-portal-key-to-write' },
};

/** What the portal gives a request up after, in ms: its own definition, beside which tests may put another. */
const longest = 60_000;

/** Starts a simulated partner portal on 127.0.0.1, strict and faulty on demand. */
export const startSimulator = async (
  options: SimulatorOptions = {},
): Promise<SimulatorEndpoints & { close(): Promise<void> }> => {
  const keys = { [credentials.read.apiKey]: 'read', [credentials.write.apiKey]: 'write' } as const;
  const { baseUrl, close } = await startSimulation(supplierPortal(keys), { maxServerTime: longest, ...options });
  return { baseUrl, controlUrl: baseUrl, origins: { api: baseUrl }, credentials, close };
};
