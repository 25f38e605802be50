import type { Connector, Origins } from './connector.ts';
import type { Contract } from './contract.ts';
import type { CredentialRules } from './credentials.ts';
import type { FreezeWindow } from './resilience/freeze.ts';
import type { Limits } from './resilience/limits.ts';
import type { Tool } from './tool.ts';

/** A contract that a kind of system implements, and where: the implementation is loaded only where it is used. */
export interface ToolEntry<K extends Contract = Contract> {
  readonly contract: K;
  load(): Promise<Tool>;
}

/** Organisational fields by default, and what differs by site and by agent. */
export interface OrganisationTable<Organisation = Readonly<Record<string, string>>> {
  readonly default: Organisation;
  readonly sites?: Readonly<Record<string, Partial<Organisation>>>;
  readonly agents?: Readonly<Record<string, Partial<Organisation>>>;
}

interface AnySystem {
  readonly kind: string;
  /**
   * Where it is. `'simulator'` lets `npm start` put the kind's simulator there; only in stage `local`. `'ledger'`: nowhere,
   * Countersign keeps its books itself, so that there is nothing to speak to and nothing to sign in with.
   */
  readonly origins: Origins | 'simulator' | 'ledger';
  /** The accounts of the ledger that it keeps: each belongs to one system. */
  readonly accounts?: readonly string[];
  readonly settings: unknown;
  readonly organisation: OrganisationTable;
  /** Longest wait for one answer of the system, in ms; 15,000 where nothing is said. */
  readonly patience?: number;
  /** What its owner allows us; those of its kind where nothing is said. */
  readonly limits?: Limits;
  /** Who replaces its credentials; people, twice a year, where nothing is said. */
  readonly credentials?: CredentialRules;
  /** When nothing is written to it. */
  readonly freeze?: readonly FreezeWindow[];
  /** Module of the kind's simulator, a path from the repository's root. */
  readonly simulator?: string;
  load(): Promise<Connector>;
}

/** A system of ISA-95 level 4 (ERP, CRM): it may be written to. */
export interface BusinessSystem<Entry extends ToolEntry> extends AnySystem {
  readonly isaLevel: 4;
  readonly tools: readonly Entry[];
}

/** A system of ISA-95 level 3 (MES), next to the machines: a tool that writes has no type here. */
export interface OperationsSystem<Entry extends ToolEntry> extends AnySystem {
  readonly isaLevel: 3;
  readonly tools: readonly (Entry & ToolEntry<Contract<string, 'read'>>)[];
}

/** One configured instance of a kind: what a connector's factory, such as `s4hana({...})`, returns. */
export type System<Entry extends ToolEntry = ToolEntry> = BusinessSystem<Entry> | OperationsSystem<Entry>;

/** Whether Countersign keeps its books itself: it has no address and no credential. */
export const isLedger = ({ origins }: Pick<System, 'origins'>): boolean => origins === 'ledger';

/** Whether it is one of the company's own, whose address is given: what is done to it is real. */
export const isReal = ({ origins }: Pick<System, 'origins'>): boolean => typeof origins !== 'string';

/** A tool as agents see it: a contract on a system. */
export interface CatalogueEntry {
  /** `<system>_<contract>` */
  readonly id: string;
  readonly system: string;
  readonly contract: Contract;
  /** Whether it is a saga: its tools are those of its steps. */
  readonly isSaga?: true;
  load(): Promise<Tool>;
}

/** `read` or `write`: each has its own function and its own credential. */
export type Access = 'read' | 'write';

/** The access that carrying a contract out needs. */
export const accessOf = (contract: Contract): Access => (contract.effect === 'read' ? 'read' : 'write');

/** Every tool of the configured systems, in the order of the configuration. */
export const catalogueOf = (systems: Readonly<Record<string, System>>): CatalogueEntry[] =>
  Object.entries(systems).flatMap(([system, { tools }]) =>
    tools.map((entry) => ({
      id: `${system}_${entry.contract.name}`,
      system,
      contract: entry.contract,
      load: () => entry.load(),
    })),
  );

/** The same contract by any name: a tool forgets the literal name of its contract, a kind's table must not. */
type Nameless<K extends Contract> = Contract<string, K['effect'], K['input'], K['output']>;

/** One line of a kind's table: a contract and the module that implements it, evaluated only where the tool is served. */
export const toolEntry = <K extends Contract>(
  contract: K,
  load: () => Promise<{ readonly default: Tool & { readonly contract: Nameless<K> } }>,
): ToolEntry<K> => ({ contract, load: async () => (await load()).default });
