import { createHash } from 'node:crypto';
import { carryOut, type Effect, type Stage } from '../../../lib/simulation/misbehave.ts';
import { type Delivery, type Incoming, type Reply, whole } from '../../../lib/simulation/server.ts';
import type { SimulatedSystem } from '../../../lib/simulation/simulation.ts';
import type { Row } from '../../../lib/simulation/state.ts';
import type { Call } from '../../../lib/simulation/traffic.ts';
import { accountBody, accountReply, disabled, invited, opened } from './accounts.ts';
import { type Address, addressOf, classify } from './address.ts';
import { announced, announcementBody, announcementReply } from './announcements.ts';
import { faultKinds } from './faults.ts';
import { bodies, bodyOf } from './fields.ts';
import { mailBody } from './mails.ts';
import { people } from './people.ts';
import { recordOf, textOf, type View } from './records.ts';
import { json, Refusal, refusalReply } from './refusal.ts';
import { seed } from './seed.ts';

/** Layout of the durable state; raised when seed or tables change. */
const VERSION = 'supplier-portal-1';

/** What each key may do. */
type Keys = Readonly<Record<string, 'read' | 'write'>>;

/** A request that was let in, and what it addresses. */
interface Admitted {
  readonly incoming: Incoming;
  readonly call: Call;
  readonly address: Address;
  readonly access: 'read' | 'write';
}

/** The partner portal on top of the shared simulation. */
export const supplierPortal = (keys: Keys): SimulatedSystem => ({
  version: VERSION,
  faults: faultKinds,
  people,
  fill: seed,
  classify,
  open: (stage) => async (incoming, call) => {
    try {
      const admitted = admit(keys, stage, { incoming, call });
      return call.modifying ? await modify(stage, admitted) : whole(read(stage.state, admitted));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return whole(refusalReply(error));
    }
  },
});

function admit(keys: Keys, stage: Stage, { incoming, call }: Pick<Admitted, 'incoming' | 'call'>): Admitted {
  const key = incoming.headers['x-api-key'];
  const access = typeof key === 'string' && Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (stage.faults.take(['key-refused'], call) || !access)
    throw new Refusal(401, 'KEY_UNKNOWN', 'Send a key that the portal knows in X-API-Key.');
  const address = addressOf(incoming);
  if (!address) throw new Refusal(404, 'NO_SUCH_PATH', `There is nothing at ${incoming.target}.`);
  if (!/\*\/\*|application\/(\*|json)/i.test(incoming.headers.accept ?? '*/*'))
    throw new Refusal(406, 'NOT_ACCEPTABLE', 'The portal answers application/json.');
  return { incoming, call, address, access };
}

interface Collection {
  readonly table: string;
  body(row: Row): unknown;
  reply(status: number, row: Row): Reply;
}

const collections: Readonly<Record<string, Collection>> = {
  accounts: { table: 'account', body: accountBody, reply: accountReply },
  announcements: { table: 'announcement', body: announcementBody, reply: announcementReply },
};

function read(view: View, { incoming, address, access }: Admitted): Reply {
  const { collection, id, part, query } = address;
  if (incoming.method !== 'GET') throw new Refusal(405, 'METHOD', `${incoming.method} is not served here.`);
  if (collection === 'me' && id === undefined) return json(200, { name: `countersign (${access})`, access });
  if (collection === 'mails' && id === undefined)
    return json(200, {
      items: view
        .rows('mail')
        .filter(named(query, ['about']))
        .map(mailBody),
    });
  const found = Object.hasOwn(collections, collection) ? collections[collection] : undefined;
  if (!found || part !== undefined) throw new Refusal(404, 'NO_SUCH_PATH', `There is nothing at ${incoming.target}.`);
  const { table, body, reply } = found;
  if (id !== undefined) return reply(200, recordOf(view, table, id));
  return json(200, {
    items: view
      .rows(table)
      .filter(named(query, ['externalReference']))
      .map(body),
  });
}

/** Lists are asked for by one field: the portal does not hand out everything. Throws 400. */
function named(query: URLSearchParams, fields: readonly string[]): (row: Row) => boolean {
  const [asked, ...others] = [...query];
  if (!asked || others.length > 0 || !fields.includes(asked[0]))
    throw new Refusal(400, 'QUERY', `Ask by ${fields.join(' or ')}, and by nothing else.`);
  return (row) => row[asked[0]] === asked[1];
}

async function modify(stage: Stage, admitted: Admitted): Promise<Delivery> {
  const { incoming, call, access } = admitted;
  if (access === 'read') throw new Refusal(403, 'WRITE_NOT_ALLOWED', 'This key may only read.');
  const prepare = () => effectOf(admitted, stage);
  // Worked out once before any fault is spent: a request that would be refused anyway meets none.
  const { record } = prepare();
  if (stage.faults.take(['document-locked'], call))
    throw new Refusal(423, 'RECORD_LOCKED', `Somebody edits ${record.key}.`);
  const failure = (message: string) => refusalReply(new Refusal(500, 'FAILED', message));
  try {
    return await carryOut(stage, { call, incoming, prepare, failure });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return whole(refusalReply(error));
  }
}

function effectOf({ incoming, address }: Admitted, { state: view, clock }: Stage): Effect {
  const moment = { view, now: clock.now() };
  const digest = createHash('sha256').update(incoming.body).digest('hex');
  const { entity, action, status, made, reply } = workOf(incoming, address, moment);
  const key = textOf(made.row, 'id');
  const reference = typeof made.row['externalReference'] === 'string' ? made.row['externalReference'] : null;
  return {
    ...{ changes: made.changes, numbers: made.numbers },
    record: { entity, key, action, reference, digest },
    reply: reply(status, made.row),
  };
}

function workOf(incoming: Incoming, { collection, id, part }: Address, moment: { view: View; now: number }) {
  const asked = `${incoming.method} ${[collection, ...(id ? ['{id}'] : []), ...(part ? [part] : [])].join('/')}`;
  const account = () => checkVersion(incoming, recordOf(moment.view, 'account', id));
  const ofAccount = { entity: 'account', status: 204, reply: done };
  switch (asked) {
    case 'POST accounts': {
      const made = opened(bodyOf(incoming, bodies.account), moment);
      return { entity: 'account', reply: accountReply, action: 'create', status: 201, made };
    }
    case 'PATCH accounts/{id}': {
      bodyOf(incoming, bodies.disable);
      return { ...ofAccount, action: 'disable', made: disabled(account(), moment) };
    }
    case 'POST accounts/{id}/invitation': {
      bodyOf(incoming, bodies.invitation);
      return { ...ofAccount, action: 'invite', made: invited(account(), moment) };
    }
    case 'POST announcements': {
      const made = announced(bodyOf(incoming, bodies.announcement), moment);
      return { entity: 'announcement', reply: announcementReply, action: 'create', status: 201, made };
    }
    default:
      throw new Refusal(405, 'METHOD', `${incoming.method} ${incoming.target} is not served.`);
  }
}

/** A change is confirmed without a word. */
const done = (status: number): Reply => ({ status });

/** What is changed is named in the version that was seen. Answers its id; throws 412 and 428. */
function checkVersion({ headers }: Incoming, row: Row): string {
  const seen = headers['if-match'];
  if (seen === undefined) throw new Refusal(428, 'VERSION_MISSING', 'Name the version in If-Match.');
  if (seen !== `"${row['version']}"`) throw new Refusal(412, 'VERSION_MISMATCH', `The version is "${row['version']}".`);
  return textOf(row, 'id');
}
