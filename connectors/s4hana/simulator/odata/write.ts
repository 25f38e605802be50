import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Effect } from '../../../../lib/simulation/misbehave.ts';
import type { Reply } from '../../../../lib/simulation/server.ts';
import type { Change, LedgerRecord, Row } from '../../../../lib/simulation/state.ts';
import type { EntityType, Service } from './edm.ts';
import { badRequest, ODataError } from './error.ts';
import { calledRow, type FunctionCall } from './function-call.ts';
import type { Resource } from './path.ts';
import { readPayload, type Tree } from './payload.ts';
import { entityReply, jsonHeaders, locate, versionHeader } from './read.ts';
import { etagOf, type Output, urlOf } from './serialize.ts';
import type { Shape } from './shape.ts';
import { preview, shownKeys, type View } from './view.ts';

/** What a rule may look at when it decides. */
export interface Circumstances {
  readonly view: View;
  readonly now: number;
  /** The communication user behind the access token. */
  readonly user: string;
  /** What a fault makes of a net price; the price itself where none is armed. */
  reprice(amount: string): string;
}

/** What a rule decided: `row` is the record of the addressed entity afterwards. */
export interface Outcome {
  readonly changes: readonly Change[];
  readonly numbers?: readonly Change[];
  readonly row: Row;
  readonly reference: string | null;
}

/** The business rules of one entity; a method that is absent is refused with 405. */
export interface Rules {
  create?(circumstances: Circumstances, tree: Tree): Outcome;
  update?(circumstances: Circumstances, row: Row, tree: Tree): Outcome;
  remove?(circumstances: Circumstances, row: Row): Outcome;
  /** Function imports that change a record, by name. */
  readonly functions?: Readonly<Record<string, (circumstances: Circumstances, row: Row, parameters: Row) => Outcome>>;
}

/** A modifying request that passed token, CSRF and authorisation. */
export interface WriteRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly resource: Extract<Resource, { kind: 'entities' | 'function' }>;
  /** Encoded, without the question mark. */
  readonly query: string;
}

const notAllowed = (method: string, entity: EntityType) =>
  new ODataError(405, '/IWBEP/CM_MGW_RT/021', `Method '${method}' is not allowed for entity set ${entity.set}.`);

const parseBody = (body: Buffer, headers: IncomingHttpHeaders): unknown => {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) {
    throw new ODataError(415, '/IWFND/CM_MGW/415', 'The content type must be application/json.');
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw badRequest('The body is not JSON.');
  }
};

/** Checks If-Match where the entity has an ETag: 428 without it, 412 when it is stale. */
const checkEtag = (current: string | undefined, given: string | undefined) => {
  if (current === undefined || given === '*') return;
  if (given === undefined)
    throw new ODataError(
      428,
      '/IWBEP/CM_MGW_RT/428',
      'Precondition required: this entity is changed with If-Match only.',
    );
  if (given !== current)
    throw new ODataError(412, '/IWBEP/CM_MGW_RT/412', 'Precondition failed: the entity was changed since it was read.');
};

const postedShape = (service: Service, entity: EntityType, tree: Tree): Shape => {
  const expand = new Map<string, Shape>();
  for (const [name, { target }] of Object.entries(entity.navigations)) {
    const child = service.entities[target];
    const posted = (child && tree.children[child.table]) ?? [];
    if (!child || posted.length === 0) continue;
    const children = Object.fromEntries(posted.flatMap((each) => Object.entries(each.children)));
    expand.set(name, postedShape(service, child, { values: {}, children }));
  }
  return { select: undefined, expand };
};

const decideCall = (call: FunctionCall, output: Output, rules: Rules, circumstances: Circumstances) => {
  const { service, view } = output;
  const { entity, name, method, headers } = call;
  const rule = rules.functions?.[name];
  if (method !== 'POST' || !rule) throw notAllowed(method, entity);
  const { row, parameters } = calledRow(call, output);
  checkEtag(etagOf(view, service, entity, row), headers['if-match']);
  return { action: name, entity, tree: undefined, outcome: rule(circumstances, row, parameters) };
};

const decide = (request: WriteRequest, output: Output, rules: Rules, circumstances: Circumstances) => {
  const { service, dialect, view } = output;
  const { resource } = request;
  if (resource.kind === 'function') return decideCall({ ...request, ...resource }, output, rules, circumstances);
  const located = locate(service, view, resource);
  const { entity } = located;
  const read = (creating: boolean) =>
    readPayload(parseBody(request.body, request.headers), { service, entity, dialect, creating });
  if (request.method === 'POST' && !located.single && resource.steps.length === 1 && rules.create) {
    const tree = read(true);
    return { action: 'create', entity, tree, outcome: rules.create(circumstances, tree) };
  }
  const [row] = located.rows;
  if (!located.single || !row) throw notAllowed(request.method, entity);
  if (request.method === 'PATCH' && rules.update) {
    const changed = read(false);
    checkEtag(etagOf(view, service, entity, row), request.headers['if-match']);
    return { action: 'update', entity, tree: undefined, outcome: rules.update(circumstances, row, changed) };
  }
  if (request.method === 'DELETE' && rules.remove) {
    checkEtag(etagOf(view, service, entity, row), request.headers['if-match']);
    return { action: 'delete', entity, tree: undefined, outcome: rules.remove(circumstances, row) };
  }
  throw notAllowed(request.method, entity);
};

type Decision = ReturnType<typeof decide>;

const replyOf = ({ action, entity, tree, outcome }: Decision, output: Output): Reply => {
  if (output.service.functions?.[action])
    return { status: 200, headers: jsonHeaders(output.service), body: '{"d":{"results":[]}}' };
  if (!tree) return { status: 204, headers: versionHeader(output.service) };
  const after = { ...output, view: preview(output.view, outcome.changes) };
  const created = entityReply(after, { entity, row: outcome.row }, postedShape(output.service, entity, tree), 201);
  return { ...created, headers: { ...created.headers, location: urlOf(after, entity, outcome.row) } };
};

const recordOf = ({ action, entity, outcome }: Decision, { service }: Output, body: Buffer): LedgerRecord => ({
  entity: entity.set,
  key: shownKeys(entity, outcome.row, service.version)
    .map(([, value]) => value)
    .join('/'),
  action,
  reference: outcome.reference,
  digest: createHash('sha256').update(body).digest('hex'),
});

/** Works out what a modifying request would do, without doing it; throws what the service would answer instead. */
export const prepareWrite = (
  request: WriteRequest,
  output: Output,
  rules: Rules,
  circumstances: Circumstances,
): Effect => {
  const decision = decide(request, output, rules, circumstances);
  return {
    changes: decision.outcome.changes,
    numbers: decision.outcome.numbers ?? [],
    record: recordOf(decision, output, request.body),
    reply: replyOf(decision, output),
  };
};
