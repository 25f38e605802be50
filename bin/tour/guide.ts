import { randomUUID } from 'node:crypto';
import { awaitLink, decide, readMails } from '../approver.ts';
import { signedFetch } from '../cli/signed-fetch.ts';
import type { Caller, Endpoints } from '../local-stack.ts';
import { asJson, type Json, rows, text } from './json.ts';

/** One step as it is told: what was asked, what came back, and whether it was as it should be. */
export interface Told {
  readonly title: string;
  readonly lines: readonly string[];
  readonly asExpected: boolean;
}

/** An answer, as an agent sees it. */
export interface Reply {
  readonly status: number;
  readonly replayed: boolean;
  readonly body: Json;
}

/** What the steps share: signed calls as the sample agents, a person at a browser, and the simulator's side of the story. */
export interface Guide {
  call(agent: string, tool: string, input: unknown, key?: string): Promise<Reply>;
  /** Starts a saga of the buyer; answers its operation. */
  begin(saga: string, input: unknown): Promise<Reply>;
  /** An operation of the buyer as it is now. */
  look(operationId: string): Promise<Json>;
  /** Does what an operator does about a saga. */
  attend(saga: string, act: string, body: Json): Promise<Reply>;
  /** Something that somebody does in the portal. */
  inPortal(act: string, body: Json): Promise<void>;
  /** Waits for the end of a write of the buyer. */
  settled(operationId: string): Promise<Json>;
  /** Opens the page of the mail that the tour caused, signs in with a real code and approves. Answers the page's heading. */
  approve(name: string): Promise<string>;
  ledger(): Promise<readonly Json[]>;
  arm(fault: Json): Promise<void>;
  disarm(): Promise<void>;
  /** Moves the time of the local AWS, in ms. */
  advance(ms: number): Promise<void>;
  /** Keys of the writes that the tour makes. */
  readonly intents: { readonly order: string; readonly dropped: string; readonly large: string };
  readonly seen: {
    item: string;
    supplier: string;
    other: string;
    references: string[];
    before: number;
    operationId: string;
    queued: readonly string[];
    saga: string;
    account: string;
  };
}

/** One step of the tour. */
export type Step = (guide: Guide) => Promise<Told>;

/** The sample agents. */
export const buyer = 'buyer-agent';
export const reader = 'reader-agent';

/** Another day for another tour: the same order within a day would be taken for a duplicate. */
export const inDays = (days: number, { before }: Guide['seen']): string =>
  new Date(Date.now() + (days + (before % 300)) * 86_400_000).toISOString().slice(0, 10);

/** Hands for the steps, over the running stack. */
export async function guideOf(endpoints: Endpoints): Promise<Guide> {
  const { apiUrl, region, agents, operators, systems, approvers } = endpoints;
  const controlOf = async (system: string, path: string, init?: RequestInit): Promise<Json> => {
    const response = await fetch(`${systems[system]?.controlUrl ?? ''}/_sim/${path}`, init);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return asJson(await response.text());
  };
  const control = (path: string, init?: RequestInit) => controlOf('erp', path, init);
  const send = async (
    who: string,
    path: string,
    request: { method: string; headers?: Record<string, string>; body?: string },
  ) => {
    const response = await signedFetch(callerOf({ ...operators, ...agents }, who), { region, service: 'execute-api' })(
      `${apiUrl}${path}`,
      request,
    );
    const replayed = response.headers.get('idempotent-replayed') === 'true';
    return { status: response.status, replayed, body: asJson(await response.text()) };
  };
  const mailsBefore = (await readMails(apiUrl)).filter(({ to }) => to.includes(mailOf('anna'))).length;
  const before = rows(await control('ledger'), 'entries').length;
  return {
    intents: { order: randomUUID(), dropped: randomUUID(), large: randomUUID() },
    seen: {
      item: '',
      supplier: '',
      other: '',
      references: [],
      before,
      operationId: '',
      queued: [],
      saga: '',
      account: '',
    },
    arm: async (fault) => {
      await control('faults', posted(fault));
    },
    disarm: async () => void (await control('faults', { method: 'DELETE' })),
    async advance(ms) {
      const headers = { 'content-type': 'application/json', 'x-countersign-local': '1' };
      const body = JSON.stringify({ advance: ms });
      const response = await fetch(`${apiUrl}/_local/clock`, { method: 'POST', headers, body });
      if (!response.ok) throw new Error(`the clock answered ${response.status}: ${await response.text()}`);
    },
    begin: (saga, input) => send(buyer, `/v1/tools/${saga}`, posted(input, { 'idempotency-key': randomUUID() })),
    look: async (operationId) => (await send(buyer, `/v1/operations/${operationId}`, { method: 'GET' })).body,
    attend: (saga, act, body) => send('operator', `/v1/admin/sagas/${saga}/${act}`, posted(body)),
    inPortal: async (act, body) => void (await controlOf('portal', `people/${act}`, posted(body))),
    ledger: async () => rows(await control('ledger'), 'entries'),
    settled: async (operationId) =>
      (await send(buyer, `/v1/operations/${operationId}?wait=20`, { method: 'GET' })).body,
    async approve(name) {
      const clock = asJson(await (await fetch(`${apiUrl}/_local/clock`)).text());
      const link = await awaitLink(apiUrl, mailOf(name), mailsBefore + 1);
      const totpSecret = approvers[name]?.totpSecret ?? '';
      const { asked } = await decide(link, { name, totpSecret, now: Number(text(clock, 'now')), verdict: 'approve' });
      return /<h1>(?:<bdi>)?([^<]+)/.exec(asked.text)?.[1] ?? '';
    },
    call: (agent, tool, input, key) =>
      send(agent, `/v1/tools/erp_${tool}`, posted(input, key === undefined ? {} : { 'idempotency-key': key })),
  };
}

const posted = (value: unknown, headers: Readonly<Record<string, string>> = {}) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

const mailOf = (name: string): string => `${name}@example.com`;

function callerOf(callers: Endpoints['agents'], who: string): Caller {
  const caller = callers[who];
  if (!caller) throw new Error(`The tour needs the sample configuration's ${who}.`);
  return caller;
}
