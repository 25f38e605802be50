import { errorTable } from '../../lib/core/errors.ts';
import type { Operation } from '../../lib/core/operation/operation.ts';
import { askedAbove } from './configuration.ts';
import { type Explored, limits } from './explorer.ts';
import type { Effect } from './model-system.ts';
import { mostInOneSecond } from './sliding.ts';

/** Codes that are about this very call: they say nothing of an earlier one with its key. */
const aboutTheCall: ReadonlySet<string> = new Set([
  ...['IDEMPOTENCY_KEY_REUSED', 'INPUT_INVALID', 'STORE_UNAVAILABLE', 'TOOL_NOT_FOUND', 'NOT_GRANTED'],
]);
/** What joins within this time of one another has no order, in ms: the store tells time by the second, and its index lags. */
const together = 1_300;
const resting: ReadonlySet<Operation['state']> = new Set(['applied', 'review', 'dead', 'not_applied']);
const inLane: ReadonlySet<string> = new Set(
  ['queued', 'accepted', 'attempted', 'unknown'].map((state) => `operation.${state}`),
);

/** Everything that is wrong with what happened, from outside: the system's ledger against what the product says. */
export function verdict(explored: Explored): string[] {
  const { stores, defects } = explored;
  return [
    ...new Set([
      ...defects.map((error) => `defect: ${error}`),
      ...[...stores.items.values()].flatMap((operation) => wrongWith(operation, explored)),
      ...unasked(explored),
      ...untrue(explored),
      ...disordered(explored),
      ...paced(explored),
      ...leaked(explored),
    ]),
  ];
}

function wrongWith(operation: Operation, { system, stores, documents, said }: Explored): string[] {
  const { state, reference, version, attempts, id } = operation;
  const effects = system.ledger.filter((effect) => effect.reference === reference);
  const sends = system.arrivals.filter((arrival) => arrival.reference === reference && arrival.method !== 'GET').length;
  const wrong: string[] = [];
  if (effects.length > 1) wrong.push('I1: two effects of one operation');
  if (effects.some(({ fits }) => !fits)) wrong.push('carried out though its contract has changed');
  const approvals = said.filter(({ operationId }) => operationId === id);
  const isAsked = operation.tool === 'erp_create_order' && JSON.parse(operation.input).price > askedAbove;
  const isApproved = ({ at }: Effect): boolean =>
    approvals.some((each) => each.digest === operation.digest && each.at <= at);
  if (isAsked && !effects.every(isApproved)) wrong.push('I5: an effect that nobody has approved');
  const waits = state === 'awaiting_approval' && approvals.length === 0;
  if (!resting.has(state) && !waits) wrong.push(`I2: it ends ${state}`);
  const isOthers = operation.reason === 'ALREADY_APPLIED' || isWrittenByOthers(operation, documents);
  if (state === 'applied' && effects.length === 0 && !isOthers) wrong.push('I3: applied without effect');
  if ((state === 'not_applied' || state === 'dead') && effects.length > 0) wrong.push(`I3: ${state} with an effect`);
  const entries = [...stores.journal.values()].filter((entry) => entry.id === id);
  const versions = new Set(entries.map((entry) => entry.version));
  for (let each = 1; each <= version; each++)
    if (!versions.has(each)) wrong.push('I3: a version is not in the journal');
  if (entries.find((entry) => entry.version === version)?.type !== `operation.${state}`)
    wrong.push('I3: the journal ends otherwise');
  const rounds = 1 + (operation.redriven?.times ?? 0);
  if (sends > 5 * rounds || attempts > 5) wrong.push('more than five sends');
  return wrong;
}

/** A change whose value somebody else may have written: then it is true without an effect of ours. */
const isWrittenByOthers = ({ tool, input }: Operation, documents: readonly string[]): boolean =>
  tool === 'erp_change_order' && documents.includes(JSON.parse(input).document);

/** Effects that no operation stands for. */
function unasked({ system, stores }: Explored): string[] {
  const known = new Set([...stores.items.values()].map(({ reference }) => reference));
  return system.ledger.every(({ reference }) => known.has(reference)) ? [] : ['I3: an effect of no operation'];
}

function untrue({ told }: Explored): string[] {
  const wrong: string[] = [];
  const done = new Map<string, string>();
  for (const { intent, reference, status, body, effects, underway } of told) {
    if (status === 200 && reference !== undefined) {
      if ((done.get(intent) ?? body) !== body) wrong.push('two answers to one key');
      done.set(intent, body);
      if (effects === 0 && !intent.startsWith('change')) wrong.push('told done without effect');
    }
    if (status < 400) continue;
    const { code, applied } = JSON.parse(body);
    if (!Object.hasOwn(errorTable, code)) wrong.push(`I7: ${code}`);
    if (code === 'INPUT_INVALID' ? status !== 400 : code === 'INTERNAL') wrong.push(`I7: ${status} ${code}`);
    if (applied === 'no' && !aboutTheCall.has(code) && effects + underway > 0)
      wrong.push(`told not applied (${code}) with an effect`);
  }
  return wrong;
}

/** A change that joined the backlog is overtaken by another one that was asked for, or joined, clearly later. */
function disordered({ system, stores, seen }: Explored): string[] {
  const effectOf = new Map(system.ledger.map((effect) => [effect.reference, effect]));
  const lanes = [...stores.items.values()].flatMap((operation) => {
    const effect = effectOf.get(operation.reference);
    const times = seen.get(operation.id);
    if (effect?.kind !== 'change' || !times || operation.redriven || !stayed(operation, stores)) return [];
    // A write may be under way for long: it has its place from when it was begun.
    const from = times.queued === undefined ? times.born : Math.min(times.queued, operation.queuedAt ?? times.queued);
    return [{ effect, joined: times.queued, from }];
  });
  const isOvertaken = lanes.some(({ effect, joined }) =>
    lanes.some(
      (other) =>
        joined !== undefined &&
        other.effect.document === effect.document &&
        other.from > joined + together &&
        other.effect.at < effect.at,
    ),
  );
  return isOvertaken ? ['overtaken'] : [];
}

/** Whether it never left its lane, once it had joined it, before it was settled. */
function stayed({ id }: Operation, { journal }: Explored['stores']): boolean {
  const entries = [...journal.values()].filter((entry) => entry.id === id);
  const types = entries.toSorted((a, b) => a.version - b.version).map(({ type }) => type);
  const joined = types.slice(Math.max(0, types.indexOf('operation.queued')));
  const left = joined.findIndex((type) => !inLane.has(type));
  return left < 0 || joined.slice(left).every((type) => !inLane.has(type));
}

/** Nobody can keep a pace by a clock that is an hour off: what such a host sends is not held against the meter. */
function paced({ system, isOnTime }: Explored): string[] {
  if (!isOnTime) return [];
  const most = mostInOneSecond(system.arrivals.map(({ at }) => at));
  return most > limits.perSecond ? [`I8: ${most} requests within one second`] : [];
}

function leaked({ stores, told }: Explored): string[] {
  const said = [
    ...told.map(({ body }) => body),
    JSON.stringify([...stores.journal.values(), ...stores.items.values()]),
  ];
  return said.some((text) => text.includes('canary')) ? ['I4: the secret is told'] : [];
}
