import { carryOut, type Stage } from '../../../lib/simulation/misbehave.ts';
import { type Delivery, type Incoming, type Reply, whole } from '../../../lib/simulation/server.ts';
import type { SimulatedSystem } from '../../../lib/simulation/simulation.ts';
import type { Call } from '../../../lib/simulation/traffic.ts';
import { createSessions } from './csrf.ts';
import { authenticate, checkModifying, type Door } from './door.ts';
import { documentLocked, faultKinds, repriced } from './faults.ts';
import { type Client, createTokenEndpoint } from './oauth.ts';
import type { Service } from './odata/edm.ts';
import { errorBodyV2, errorBodyV4, notSimulated, ODataError } from './odata/error.ts';
import { metadata } from './odata/metadata.ts';
import { parsePath, type Resource } from './odata/path.ts';
import { jsonHeaders, read } from './odata/read.ts';
import type { Output } from './odata/serialize.ts';
import { prepareWrite } from './odata/write.ts';
import { seed } from './seed/seed.ts';
import { rules, services } from './services.ts';

/** Path of the token endpoint; faults hit it only when they name it as their entity. */
export const TOKEN_PATH = '/oauth2/token';

/** Name under which faults and counts know the token endpoint. */
const TOKEN_ENTITY = 'oauth2/token';

/** Layout of the durable state; raised when seed or tables change. */
const VERSION = 's4hana-1';

const MODIFYING = ['POST', 'PUT', 'PATCH', 'MERGE', 'DELETE'];

/** A request that was found to address a service. */
interface Addressed {
  readonly service: Service;
  /** Path and query below the service's root, as sent. */
  readonly target: string;
}

const addressed = (target: string): Addressed | undefined => {
  const service = services.find(
    ({ root }) => target === root || target.startsWith(`${root}/`) || target.startsWith(`${root}?`),
  );
  return service && { service, target: target.slice(service.root.length) };
};

const pathOf = (target: string) => target.split('?')[0] ?? '';

const entityName = ({ service, target }: Addressed): string => {
  try {
    const resource = parsePath(pathOf(target), service);
    return resource.kind === 'entities' ? (resource.steps.at(-1)?.entity.set ?? service.id) : service.id;
  } catch (error) {
    if (error instanceof ODataError) return service.id;
    throw error;
  }
};

/** What a request addresses, for counts and faults. */
export const classify = ({ method, target }: Incoming): Call => {
  const modifying = MODIFYING.includes(method);
  if (pathOf(target) === TOKEN_PATH) return { method, entity: TOKEN_ENTITY, modifying: false, apart: true };
  const found = addressed(target);
  return { method, entity: found ? entityName(found) : 'unknown', modifying };
};

const failure = (message: string): Reply => ({
  status: 500,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error: { code: '/IWBEP/CX_MGW_TECH_EXCEPTION', message: { lang: 'en', value: message } } }),
});

const errorReply = (error: ODataError, service: Service, now: number): Reply => ({
  status: error.status,
  headers: { ...jsonHeaders(service), ...error.headers },
  body: service.version === 2 ? errorBodyV2(error, service, now) : errorBodyV4(error),
});

const rootUrl = ({ headers }: Incoming, service: Service) => `http://${headers.host ?? '127.0.0.1'}${service.root}`;

const outputOf = (stage: Stage, incoming: Incoming, service: Service): Output => {
  const asked = `${incoming.headers.accept ?? ''};${incoming.headers['content-type'] ?? ''}`;
  const ieee754Compatible = service.version === 4 && /IEEE754Compatible=true/i.test(asked);
  return {
    service,
    view: stage.state,
    rootUrl: rootUrl(incoming, service),
    dialect: { version: service.version, ieee754Compatible },
  };
};

/** The real services speak XML unless JSON is asked for; this one speaks JSON only and says so. */
const checkAccept = ({ headers, target }: Incoming) => {
  if (/application\/json/i.test(headers.accept ?? '') || /[?&](\$|%24)format=json/.test(target)) return;
  throw new ODataError(
    406,
    '/IWFND/CM_MGW/406',
    'Ask for JSON (Accept: application/json); the simulator does not write XML.',
  );
};

const serviceDocument = (service: Service): Reply => {
  const sets = Object.keys(service.entities);
  const body =
    service.version === 2
      ? { d: { EntitySets: sets } }
      : { '@odata.context': '$metadata', value: sets.map((name) => ({ name, url: name })) };
  return { status: 200, headers: jsonHeaders(service), body: JSON.stringify(body) };
};

const get = (stage: Stage, incoming: Incoming, { service, target }: Addressed, resource: Resource): Reply => {
  if (resource.kind === 'document') return serviceDocument(service);
  if (resource.kind === 'metadata')
    return { status: 200, headers: { 'content-type': 'application/xml' }, body: metadata(service) };
  if (resource.kind === 'batch') throw notSimulated('$batch');
  if (incoming.method === 'GET') checkAccept(incoming);
  return read(outputOf(stage, incoming, service), resource, target);
};

const modify = async (
  stage: Stage,
  { incoming, call, client }: { incoming: Incoming; call: Call; client: Client },
  { service }: Addressed,
  resource: Resource,
): Promise<Delivery> => {
  if (resource.kind === 'batch') throw notSimulated('$batch');
  if (resource.kind !== 'entities')
    throw new ODataError(405, '/IWFND/CM_MGW/405', `Method '${incoming.method}' is not allowed here.`);
  const output = outputOf(stage, incoming, service);
  const request = { method: incoming.method, headers: incoming.headers, body: incoming.body, resource };
  const entity = resource.steps.at(-1)?.entity;
  const prepare = (reprice = (amount: string) => amount) =>
    prepareWrite(request, output, rules[entity?.table ?? ''] ?? {}, {
      view: stage.state,
      now: stage.clock.now(),
      user: client.user,
      reprice,
    });
  // Worked out once before any fault is spent: a request that would be refused anyway meets none.
  const draft = prepare();
  const locked = stage.faults.take(['document-locked'], call);
  if (locked) throw documentLocked(locked, `${draft.record.entity} ${draft.record.key}`);
  const fault = stage.faults.take(['reprice'], call);
  return carryOut(stage, call, incoming, () => prepare(fault && ((amount) => repriced(fault, amount))));
};

const serve = async (door: Door, stage: Stage, incoming: Incoming, call: Call, found: Addressed): Promise<Delivery> => {
  const client = authenticate(door, stage, incoming, call);
  const resource = parsePath(pathOf(found.target), found.service);
  if (call.modifying) {
    checkModifying(door, stage, { incoming, call, client });
    return modify(stage, { incoming, call, client }, found, resource);
  }
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD')
    throw new ODataError(405, '/IWFND/CM_MGW/405', `Method '${incoming.method}' is not known.`);
  const reply = get(stage, incoming, found, resource);
  const fetching = String(incoming.headers['x-csrf-token'] ?? '').toLowerCase() === 'fetch';
  return whole(
    fetching
      ? { ...reply, headers: { ...reply.headers, ...door.sessions.fetch(incoming.headers, client.clientId) } }
      : reply,
  );
};

const noService = (): Reply => ({
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    error: { code: '/IWFND/MED/170', message: { lang: 'en', value: 'No service found for this address.' } },
  }),
});

/** S/4HANA on top of the shared simulation: clients, token lifetime in seconds. */
export const s4hana = (options: { clients: readonly Client[]; lifetimeSeconds: number }): SimulatedSystem => ({
  version: VERSION,
  faults: faultKinds,
  fill: seed,
  failure,
  classify,
  open: (stage) => {
    const { clock } = stage;
    const door: Door = { tokens: createTokenEndpoint({ ...options, clock }), sessions: createSessions(clock) };
    return async (incoming, call) => {
      if (call.entity === TOKEN_ENTITY) return whole(door.tokens.answer(incoming));
      const found = addressed(incoming.target);
      if (!found) return whole(noService());
      try {
        return await serve(door, stage, incoming, call, found);
      } catch (error) {
        if (!(error instanceof ODataError)) throw error;
        return whole(errorReply(error, found.service, clock.now()));
      }
    };
  },
});
