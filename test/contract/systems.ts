import { expect } from 'vitest';
import { s4hana } from '../../connectors/s4hana/s4hana.ts';
import { startSimulator } from '../../connectors/s4hana/simulator/simulator.ts';
import { startSimulator as startPortalSimulator } from '../../connectors/supplier_portal/simulator/simulator.ts';
import { supplierPortal } from '../../connectors/supplier_portal/supplier-portal.ts';
import { egress } from '../../lib/aws/egress.ts';
import type { Connector } from '../../lib/core/connector.ts';
import type { System } from '../../lib/core/system.ts';
import type { Tool } from '../../lib/core/tool.ts';
import { loopbackTransport } from './loopback-transport.ts';

/** A system of some kind, freshly started and connected with both accesses. */
export interface Connected {
  readonly connector: Connector;
  readonly organisation: Readonly<Record<string, string>>;
  readonly readClient: unknown;
  readonly writeClient: unknown;
  /** Another client that may write, as a new function has one: over the product's own way out, signed in nowhere yet. */
  newWriteClient(): unknown;
  tool(contract: string): Promise<Tool>;
  /** Arms a fault of the simulator for the next call. */
  fault(fault: {
    readonly fault: string;
    readonly times?: number;
    readonly entity?: string;
    readonly method?: string;
    readonly ms?: number;
  }): Promise<void>;
  /** Lets requests go that a fault holds, so that they take effect late, and waits until they have. */
  release(): Promise<void>;
  /** Has people of the company do something in the system. */
  people(what: string, given: Readonly<Record<string, string>>): Promise<void>;
  /** Disarms every fault. */
  calm(): Promise<void>;
  /** What took effect, oldest first: entity and action in the system's words. */
  ledger(): Promise<
    readonly {
      readonly entity: string;
      readonly key: string;
      readonly action: string;
      readonly reference?: string | null;
    }[]
  >;
  close(): Promise<void>;
}

/** The control routes of a simulator, which are the same for every kind. */
const controlled = (controlUrl: string): Pick<Connected, 'fault' | 'release' | 'people' | 'calm' | 'ledger'> => ({
  fault: async (fault) => {
    const response = await fetch(`${controlUrl}/_sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    if (!response.ok) throw new Error(await response.text());
  },
  release: async () => {
    await fetch(`${controlUrl}/_sim/commit-late`, { method: 'POST' });
    const held = async (): Promise<string[]> => {
      const answer = await fetch(`${controlUrl}/_sim/waiting`);
      const { requests } = (await answer.json()) as { requests: { fault: string }[] };
      return requests.map(({ fault }) => fault).filter((fault) => !fault.endsWith('hang'));
    };
    await expect.poll(held, { interval: 10, timeout: 5_000 }).toEqual([]);
  },
  people: async (what, given) => {
    const init = { method: 'POST', body: JSON.stringify(given) };
    const response = await fetch(`${controlUrl}/_sim/people/${what}`, init);
    if (!response.ok) throw new Error(await response.text());
  },
  calm: async () => {
    await fetch(`${controlUrl}/_sim/faults`, { method: 'DELETE' });
  },
  ledger: async () => {
    const response = await fetch(`${controlUrl}/_sim/ledger`);
    const { entries } = (await response.json()) as { entries: Awaited<ReturnType<Connected['ledger']>> };
    return entries;
  },
});

/** The tools of a system by their contracts. */
const toolsOf =
  ({ tools }: System): Connected['tool'] =>
  async (contract) => {
    const entry = tools.find((each) => each.contract.name === contract);
    if (!entry) throw new Error(`No tool implements ${contract}.`);
    return entry.load();
  };

const organisation = {
  ...{ companyCode: '1010', purchasingOrganization: '1010', purchasingGroup: '001' },
  reconciliationAccount: '21100000',
};

async function startS4hana(purchaseOrders: 'v2' | 'v4'): Promise<Connected> {
  const simulator = await startSimulator();
  const system: System = s4hana({
    origins: simulator.origins,
    organisation: { default: organisation },
    purchaseOrders,
    paymentTerms: ['NT30', 'NT60', 'XX99'],
    vendorGroupings: { contractor: 'BP03', service: 'XXXX' },
    serviceUser: 'CC0000000002',
  });
  const loaded = await system.load();
  const client = (credentials: { clientId: string; clientSecret: string }, transport = loopbackTransport) =>
    loaded.connect({
      settings: system.settings,
      origins: simulator.origins,
      secret: async () => credentials,
      transport,
      now: () => Date.now(),
    });
  return {
    connector: loaded,
    organisation: system.organisation.default,
    readClient: client(simulator.credentials.read),
    writeClient: client(simulator.credentials.write),
    newWriteClient: () => client(simulator.credentials.write, egress(simulator.origins, { loopback: true })),
    tool: toolsOf(system),
    ...controlled(simulator.controlUrl),
    close: () => simulator.close(),
  };
}

/** Every kind of system that implements the contracts; each start is a fresh one. */
export const systems: readonly (readonly [name: string, start: () => Promise<Connected>])[] = [
  ['S/4HANA with purchase orders by OData V2', () => startS4hana('v2')],
  ['S/4HANA with purchase orders by OData V4', () => startS4hana('v4')],
];

/** A partner portal, freshly started. */
export async function startPortal(): Promise<Connected> {
  const simulator = await startPortalSimulator();
  const system: System = supplierPortal({ origins: simulator.origins });
  const loaded = await system.load();
  const client = (credentials: { apiKey: string }, transport = loopbackTransport) =>
    loaded.connect({
      settings: system.settings,
      origins: simulator.origins,
      secret: async () => credentials,
      transport,
      now: () => Date.now(),
    });
  return {
    connector: loaded,
    organisation: {},
    readClient: client(simulator.credentials.read),
    writeClient: client(simulator.credentials.write),
    newWriteClient: () => client(simulator.credentials.write, egress(simulator.origins, { loopback: true })),
    tool: toolsOf(system),
    ...controlled(simulator.controlUrl),
    close: () => simulator.close(),
  };
}
