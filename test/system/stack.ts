import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { signedFetch } from '../../bin/cli/signed-fetch.ts';
import { type LocalStack, startLocalStack } from '../../bin/local-stack.ts';
import { configurationFor } from '../../lib/core/check-configuration.ts';
import type { ConfigurationByStage } from '../../lib/core/config.ts';
import { builtFor } from './built.ts';

/** An answer, as an agent sees it. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
  readonly replayed: boolean;
}

/** What tests look at in an answer's JSON; what an answer has not is undefined when it is looked at. */
export interface Json {
  readonly code: string;
  readonly state: string;
  readonly reason: string;
  readonly applied: string;
  readonly reference: string;
  readonly operationId: string;
  readonly document: { readonly id: string };
  readonly deviations: readonly unknown[];
  readonly waiting: number;
  readonly [name: string]: unknown;
}

/** One line of the ERP's own ledger. */
export interface Effect {
  readonly entity: string;
  readonly key: string;
  readonly action: string;
  readonly reference: string | null;
}

/** The whole product on this machine, in a directory of its own, with hands for tests. `config`: a file beside this one. */
export async function startProduct({ config = 'countersign.config.ts', start = startLocalStack } = {}) {
  const configPath = join(import.meta.dirname, config);
  const { default: define }: { default: ConfigurationByStage } = await import(pathToFileURL(configPath).href);
  const home = mkdtempSync(join(tmpdir(), 'countersign-'));
  const functions = await builtFor(configPath, home);
  const state = join(home, 'state');
  const configuration = configurationFor(define, 'local');
  let stack: LocalStack = await start({ configuration, functions, state, port: 0 });

  const json = async <T = Json>(response: Response): Promise<T> => JSON.parse(await response.text());
  const post = (url: string, value: unknown) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-countersign-local': '1' },
      body: JSON.stringify(value),
    }).then(async (response) => {
      if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
      return json(response);
    });
  const erp = () => stack.systems['erp']?.controlUrl ?? '';

  const send = async (
    method: string,
    path: string,
    { as = 'buyer-agent', body, headers = {} }: { as?: string; body?: string; headers?: Record<string, string> } = {},
  ): Promise<Reply> => {
    const caller = stack.agents[as] ?? stack.operators[as];
    if (!caller) throw new Error(`nobody is called ${as}`);
    const request = {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body }),
    };
    const response = await signedFetch(caller, { region: stack.region, service: 'execute-api' })(
      `${stack.apiUrl}${path}`,
      request,
    );
    const text = await response.text();
    const replayed = response.headers.get('idempotent-replayed') === 'true';
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text.startsWith('{') ? JSON.parse(text) : {},
      replayed,
    };
  };

  return {
    /** Directory of everything durable. */
    state,
    get stack() {
      return stack;
    },
    send,
    call: (tool: string, input: unknown, { key, as }: { key?: string; as?: string } = {}) =>
      send('POST', `/v1/tools/erp_${tool}`, {
        ...(as && { as }),
        body: typeof input === 'string' ? input : JSON.stringify(input),
        ...(key !== undefined && { headers: { 'idempotency-key': key } }),
      }),
    arm: (fault: object) => post(`${erp()}/_sim/faults`, fault),
    disarm: () => fetch(`${erp()}/_sim/faults`, { method: 'DELETE' }),
    /** What took effect in the ERP, for one reference or all. */
    effects: async (reference?: string): Promise<Effect[]> => {
      const { entries } = await json<{ entries: Effect[] }>(await fetch(`${erp()}/_sim/ledger`));
      return entries.filter((entry) => reference === undefined || entry.reference === reference);
    },
    waiting: async (): Promise<number> => (await json(await fetch(`${erp()}/_sim/waiting`))).waiting,
    /** Moves the time of AWS and of the ERP. */
    advance: async (ms: number) => {
      await Promise.all([
        post(`${stack.aws.origin}/_local/clock`, { advance: ms }),
        post(`${erp()}/_sim/clock`, { advance: ms }),
      ]);
    },
    trap: (trap: object) => post(`${stack.aws.origin}/_local/traps`, trap),
    untrap: () =>
      fetch(`${stack.aws.origin}/_local/traps`, { method: 'DELETE', headers: { 'x-countersign-local': '1' } }),
    /** Waits until every stream is read to its end. */
    idle: () => fetch(`${stack.aws.origin}/_local/idle?wait=10`),
    /** How often the ERP was asked for an entity. */
    requests: async (entity: string): Promise<number> => {
      const { requests } = await json<{ requests: { entity: string; count: number }[] }>(
        await fetch(`${erp()}/_sim/requests`),
      );
      return requests.filter((each) => each.entity === entity).reduce((sum, { count }) => sum + count, 0);
    },
    /** Everything that the functions logged. */
    logs: () => {
      const folder = join(state, 'aws', 'logs');
      return readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), 'utf8'))
        .join('\n');
    },
    pidOf: async (name: string): Promise<number> => {
      const { functions: all } = await json<{ functions: { name: string; processes: { pid: number }[] }[] }>(
        await fetch(`${stack.aws.origin}/_local/functions`),
      );
      return all.find((each) => each.name === name)?.processes[0]?.pid ?? 0;
    },
    /** Ends everything and starts it again on the same state. */
    restart: async () => {
      await stack.close();
      stack = await start({ configuration, functions, state, port: 0 });
    },
    close: async () => {
      await stack.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A running product. */
export type Product = Awaited<ReturnType<typeof startProduct>>;

/** A purchase order that the simulator's company can place. */
export const orderOf = (pieces = '200', amount = '45.00') => ({
  supplier: '17300001',
  currency: 'EUR',
  lines: [
    {
      item: 'RM-6204',
      quantity: { value: pieces, unit: 'C62' },
      unitPrice: { amount, currency: 'EUR', per: { quantity: '10', unit: 'C62' } },
      deliveryDate: '2099-03-15',
      site: '1010',
    },
  ],
});

/** A key that nobody has used. */
export const newKey = (): string => randomUUID();
