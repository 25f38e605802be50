import { setImmediate as turn } from 'node:timers/promises';
import * as z from 'zod';
import { FaultRefused } from './faults.ts';
import type { Stage } from './misbehave.ts';
import type { Incoming, Reply } from './server.ts';
import type { Change, State } from './state.ts';

const json = (value: unknown, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

const refused = (field: string, message: string, status = 400): Reply => json({ error: { field, message } }, status);

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new FaultRefused('body', 'not JSON');
  }
};

const advanceSchema = z.strictObject({
  advance: z
    .int()
    .min(0)
    .max(10 * 366 * 86_400_000),
});

const advance = async (stage: Stage, incoming: Incoming): Promise<Reply> => {
  if (!stage.clock.advance) return refused('clock', 'The clock was injected: move it where it came from.', 409);
  const request = advanceSchema.safeParse(parsed(incoming.body));
  if (!request.success) return refused('advance', 'a whole number of milliseconds, not negative');
  stage.clock.advance(request.data.advance);
  await turn();
  return json({ now: new Date(stage.clock.now()).toISOString() });
};

const releaseLate = async (stage: Stage): Promise<Reply> => {
  const held = stage.traffic.held().filter(({ fault }) => fault === 'commit-late').length;
  const { release } = stage.late;
  stage.late.release = new AbortController();
  release.abort();
  await turn();
  return json({ released: held });
};

/** What somebody who works in the system does: works out the changes, of records as they are at `now` (ms). Throws an error with a message where they may not. */
export type People = Readonly<
  Record<
    string,
    (view: Pick<State, 'rows' | 'row'>, now: number, given: Readonly<Record<string, string>>) => readonly Change[]
  >
>;

const doing = z.record(z.string(), z.string());

/** No request of ours: it is in no ledger. */
const people = ({ people: known, state, clock }: Controlled, { target, body }: Incoming): Reply => {
  const name = target.replace(/^.*\//, '').replace(/\?.*$/, '');
  const act = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!act) return refused('path', `People can ${Object.keys(known).join(', ')}.`, 404);
  const given = doing.safeParse(parsed(body));
  if (!given.success) return refused('body', 'texts by name');
  try {
    const changes = act(state, clock.now(), given.data);
    state.commit(changes);
    return json({ changed: changes.map(({ table, key }) => `${table} ${key.replaceAll('\u001f', '/')}`) });
  } catch (error) {
    return refused(name, error instanceof Error ? error.message : String(error), 409);
  }
};

const faultList = (stage: Stage) => ({
  faults: Object.keys(stage.faults.kinds),
  armed: stage.faults.armed(),
  about: stage.faults.kinds,
});

type Controlled = Stage & { readonly people: People };

type Route = (stage: Controlled, incoming: Incoming, about: () => object) => Reply | Promise<Reply>;

const routes: Readonly<Record<string, Route>> = {
  'GET /_sim': (stage, _incoming, about) =>
    json({
      ...about(),
      now: new Date(stage.clock.now()).toISOString(),
      clock: stage.clock.advance ? 'own' : 'injected',
      maxServerTime: stage.maxServerTime,
    }),
  'GET /_sim/ledger': (stage) => json({ entries: stage.state.ledger() }),
  'GET /_sim/faults': (stage) => json(faultList(stage)),
  'POST /_sim/faults': (stage, incoming) => json({ armed: stage.faults.arm(parsed(incoming.body)) }),
  'DELETE /_sim/faults': (stage) => {
    stage.faults.disarm();
    return json(faultList(stage));
  },
  'POST /_sim/clock': advance,
  'POST /_sim/commit-late': releaseLate,
  'GET /_sim/requests': (stage) => json({ requests: stage.traffic.counts() }),
  'GET /_sim/waiting': (stage) => json({ waiting: stage.traffic.held().length, requests: stage.traffic.held() }),
};

const loopback = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

const isLocal = ({ headers }: Incoming): boolean =>
  loopback.test(headers.host ?? '') &&
  (headers.origin === undefined || loopback.test(headers.origin.replace(/^https?:\/\//, '')));

/** Answers the control routes under `/_sim`; a page of another origin cannot reach them. */
export const control = async (stage: Controlled, incoming: Incoming, about: () => object): Promise<Reply> => {
  if (!isLocal(incoming)) return refused('host', 'Control routes answer on the loopback address only.', 403);
  const path = incoming.target.replace(/\?.*$/, '').replace(/\/$/, '');
  const route = path.startsWith('/_sim/people/') ? people : routes[`${incoming.method} ${path}`];
  if (!route) return refused('path', `Control routes are ${Object.keys(routes).join(', ')}.`, 404);
  try {
    return await route(stage, incoming, about);
  } catch (error) {
    if (error instanceof FaultRefused) return refused(error.field, error.message);
    throw error;
  }
};
