import { carryOut, type Stage } from '../../../lib/simulation/misbehave.ts';
import { type Delivery, type Incoming, type Reply, whole } from '../../../lib/simulation/server.ts';
import type { SimulatedSystem } from '../../../lib/simulation/simulation.ts';
import type { Call } from '../../../lib/simulation/traffic.ts';
import { type Addressed, addressed, classify, pathOf, TOKEN_ENTITY } from './address.ts';
import { createSessions } from './csrf.ts';
import { authenticate, checkModifying, type Door } from './door.ts';
import { documentLocked, faultKinds, repriced } from './faults.ts';
import { type Client, createTokenEndpoint } from './oauth.ts';
import type { Service } from './odata/edm.ts';
import { notSimulated, ODataError } from './odata/error.ts';
import { metadata } from './odata/metadata.ts';
import { parsePath, type Resource } from './odata/path.ts';
import { read } from './odata/read.ts';
import type { Output } from './odata/serialize.ts';
import { prepareWrite, type WriteRequest } from './odata/write.ts';
import { people } from './people.ts';
import { errorReply, noService, serviceDocument } from './replies.ts';
import { seed } from './seed/seed.ts';
import { rules } from './services.ts';

/** What SAP Gateway calls a failure that is not the request's. */
const TECHNICAL = '/IWBEP/CX_MGW_TECH_EXCEPTION';

/** Layout of the durable state; raised when seed or tables change. */
const VERSION = 's4hana-3';

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

const get = (stage: Stage, incoming: Incoming, { service, target }: Addressed, resource: Resource): Reply => {
  if (resource.kind === 'document') return serviceDocument(service);
  if (resource.kind === 'metadata')
    return { status: 200, headers: { 'content-type': 'application/xml' }, body: metadata(service) };
  if (resource.kind === 'batch') throw notSimulated('$batch');
  if (resource.kind === 'function')
    throw new ODataError(405, '/IWFND/CM_MGW/405', `Function import ${resource.name} is called with POST.`);
  if (incoming.method === 'GET') checkAccept(incoming);
  return read(outputOf(stage, incoming, service), resource, target);
};

/** A request that passed token, CSRF and authorisation, and what it addresses. */
interface Admitted {
  readonly incoming: Incoming;
  readonly call: Call;
  readonly client: Client;
  readonly resource: Resource;
}

const writeRequest = ({ incoming, resource }: Admitted): WriteRequest => {
  if (resource.kind === 'batch') throw notSimulated('$batch');
  const { method, headers, body, target } = incoming;
  const query = target.split('?')[1] ?? '';
  if (resource.kind === 'entities' || resource.kind === 'function') return { method, headers, body, resource, query };
  throw new ODataError(405, '/IWFND/CM_MGW/405', `Method '${method}' is not allowed here.`);
};

const modify = async (stage: Stage, admitted: Admitted, service: Service): Promise<Delivery> => {
  const { incoming, call, client } = admitted;
  const request = writeRequest(admitted);
  const output = outputOf(stage, incoming, service);
  const { resource } = request;
  const table = (resource.kind === 'function' ? resource.entity : resource.steps.at(-1)?.entity)?.table ?? '';
  const prepare = (reprice: (amount: string) => string) =>
    prepareWrite(request, output, rules[table] ?? {}, {
      view: stage.state,
      now: stage.clock.now(),
      user: client.user,
      reprice,
    });
  // Worked out once before any fault is spent: a request that would be refused anyway, or sets no price, meets none.
  let priced = false;
  const { record } = prepare((amount) => {
    priced = true;
    return amount;
  });
  const locked = stage.faults.take(['document-locked'], call);
  if (locked) throw documentLocked(locked, record.key);
  const fault = priced ? stage.faults.take(['reprice'], call) : undefined;
  return carryOut(stage, {
    call,
    incoming,
    prepare: () => prepare((amount) => (fault ? repriced(fault, amount) : amount)),
    failure: (message) => errorReply(new ODataError(500, TECHNICAL, message), service, stage.clock.now()),
  });
};

const serve = async (door: Door, stage: Stage, incoming: Incoming, call: Call, found: Addressed): Promise<Delivery> => {
  const client = authenticate(door, stage, incoming, call);
  const resource = parsePath(pathOf(found.target), found.service);
  if (call.modifying) {
    checkModifying(door, stage, { incoming, call, client });
    return modify(stage, { incoming, call, client, resource }, found.service);
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

/** S/4HANA on top of the shared simulation: clients, token lifetime in seconds. */
export const s4hana = (options: { clients: readonly Client[]; lifetimeSeconds: number }): SimulatedSystem => ({
  version: VERSION,
  faults: faultKinds,
  people,
  fill: seed,
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
