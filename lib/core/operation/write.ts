import { isDeepStrictEqual } from 'node:util';
import { digestOf } from '../canonical.ts';
import type { Connector } from '../connector.ts';
import { CountersignError, errorTable, isCountersignError } from '../errors.ts';
import { mapMarked } from '../marks.ts';
import { type Pots, takeClaims } from '../policy/claims.ts';
import type { Meter } from '../resilience/meter.ts';
import { type Call, type CreateTool, isCreate, type UpdateTool, type WriteCall } from '../tool.ts';
import type { Operation } from './operation.ts';
import type { Outcome } from './outcome.ts';

/** What a lookup found out; `unclear` is an answer that proves no outcome, though it may name a document of ours. */
export type Found = Outcome | { readonly state: 'absent' } | Unclear;
interface Unclear {
  readonly state: 'unclear';
  readonly reason: string;
  readonly document?: string | undefined;
}

/** A write tool bound to its connected system: what the once-in-effect protocol needs to know of it. */
export interface Write {
  /** Whether something is to be found out before anything is sent: what an update changes, what is left of what a create takes from. */
  readonly needsBefore: boolean;
  readonly maxServerTime: number | undefined;
  readonly lookupLag: number;
  /** Longest wait for one answer of the system, in ms. */
  readonly patience: number;
  readonly canLookUp: boolean;
  /** As the function of this name. */
  groupOf(input: unknown): string | undefined;
  /** The before-image as JSON, empty for a create, or the outcome where nothing has to be or may be sent. Throws only `CountersignError`. */
  before(
    operation: Operation,
    signal: AbortSignal,
  ): Promise<{ readonly image: string } | { readonly outcome: Outcome }>;
  /** Opens the socket. Throws only `CountersignError`. */
  send(operation: Operation, options: { readonly signal: AbortSignal; permit(): Promise<void> }): Promise<Outcome>;
  /** Asks the system what became of the operation. Throws only `CountersignError`. */
  find(operation: Operation, signal: AbortSignal): Promise<Found>;
}

/** A system, ready to be spoken to. Connecting opens no socket. */
export interface Ground {
  readonly connector: Connector;
  readonly client: unknown;
  /** How fast and whether the system is called; the client's requests pass it. */
  readonly meter: Meter;
  /** Longest wait for one answer of the system, in ms. */
  readonly patience: number;
  /** What operations under way take; without it whatever takes from a pot is refused. */
  readonly pots?: Pots | undefined;
}

/** Binds a write tool to its connected system. */
export function bindWrite(tool: CreateTool | UpdateTool, ground: Ground): Write {
  const write = isCreate(tool) ? bindCreate(tool, ground) : bindUpdate(tool, ground);
  const { maxServerTime, lookupLag, mapError } = ground.connector;
  const mapped = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      throw isCountersignError(error) ? error : mapError(error);
    }
  };
  return {
    needsBefore: !isCreate(tool) || tool.claims !== undefined,
    maxServerTime,
    lookupLag,
    patience: ground.patience,
    canLookUp: tool.lookup !== 'none',
    groupOf: (input) => groupOf(tool, input),
    before: (operation, signal) => mapped(() => write.before(operation, signal)),
    send: (operation, options) => mapped(() => write.send(operation, options)),
    find: (operation, signal) =>
      mapped(async () => (isReadable(tool, operation) ? write.find(operation, signal) : outdated(operation))),
  };
}

/** What a call is about: the document that it changes, or the business content of what it creates; undefined for neither. */
export function groupOf(tool: CreateTool | UpdateTool, input: unknown): string | undefined {
  if (!isCreate(tool)) return tool.documentOf(input);
  const content = tool.contract.businessKey?.(input);
  return content === undefined ? undefined : digestOf([tool.contract.name, content]);
}

/** A deploy may lie between the attempt and its lookup: what was stored must still mean something to this version. */
function isReadable(tool: CreateTool | UpdateTool, { input, before }: Operation): boolean {
  if (!tool.contract.input.safeParse(JSON.parse(input)).success) return false;
  return isCreate(tool) || before === undefined || tool.state.safeParse(JSON.parse(before)).success;
}

const outdated = ({ document }: Operation): Unclear => ({ state: 'unclear', reason: 'CONTRACT_CHANGED', document });

type Bound = Pick<Write, 'before' | 'send' | 'find'>;

function bindCreate(tool: CreateTool, ground: Ground): Bound {
  const { client, connector } = ground;
  const called = (operation: Operation, signal: AbortSignal) => ({
    ...callOf(client, operation, signal),
    reference: operation.reference,
  });
  const readBack = async (document: string, operation: Operation, signal: AbortSignal): Promise<Found> => {
    const input: unknown = JSON.parse(operation.input);
    const body = await tool.read(document, input, called(operation, signal));
    if (body === undefined) return { state: 'unclear', reason: 'CONFIRMED_BUT_MISSING', document };
    const output = { ...body, deviations: [], reference: operation.reference };
    const comparison = tool.contract.compare?.(input, output) ?? { ours: true, deviations: [], exceeds: false };
    if (!comparison.ours) return { state: 'review', reason: 'CONTENT_DIFFERS', document };
    const result = JSON.stringify(clean(tool.contract.output, { ...output, deviations: comparison.deviations }));
    return comparison.exceeds
      ? { state: 'review', reason: 'EXCEEDS_APPROVED', document, result }
      : { state: 'applied', document, result };
  };
  const find: Bound['find'] = async (operation, signal) => {
    if (tool.lookup === 'none') return { state: 'unclear', reason: 'NO_LOOKUP' };
    const found = await tool.lookup.find(JSON.parse(operation.input), called(operation, signal));
    // What the system once confirmed is asked for by its id too: its reference may have been overwritten.
    const ours = new Set([...(operation.document === undefined ? [] : [operation.document]), ...found]);
    const [document, second] = ours;
    if (document === undefined) return { state: 'absent' };
    if (second !== undefined && !tool.makesSeveral) return { state: 'review', reason: 'DUPLICATE_EFFECT', document };
    const read = await readBack(document, operation, signal).catch((error: unknown) => {
      const meaning = isCountersignError(error) ? error : connector.mapError(error);
      if (isPassing(meaning)) throw meaning;
      return unread(document);
    });
    // Several that are more than was asked for are those of two requests.
    const exceeds = read.state === 'review' && read.reason === 'EXCEEDS_APPROVED';
    return exceeds && second !== undefined ? { ...read, reason: 'DUPLICATE_EFFECT' } : read;
  };
  return {
    before: async (operation, signal) => {
      // What was dead had no effect as far as anybody knew, perhaps days ago.
      const isRedriven = operation.redriven !== undefined && operation.attempts === 0;
      const known = isRedriven && tool.lookup !== 'none' ? await find(operation, signal) : undefined;
      if (known && known.state !== 'absent') return { outcome: asKnown(known) };
      await claim(tool, operation, { ground, signal });
      return { image: '' };
    },
    send: async (operation, { signal, permit }) => {
      const document = await tool.run(JSON.parse(operation.input), { ...called(operation, signal), permit });
      return asOutcome(await readBack(document, operation, signal).catch(() => unread(document)), document);
    },
    find,
  };
}

/** Takes what the create needs from its pots, for as long as it is under way. */
async function claim(
  { contract, claims }: CreateTool,
  operation: Operation,
  { ground: { client, pots }, signal }: { readonly ground: Ground; readonly signal: AbortSignal },
): Promise<void> {
  if (!claims) return;
  const input: unknown = JSON.parse(operation.input);
  const of = contract.takesFrom?.(input);
  if (of === undefined || !pots)
    throw new CountersignError('INTERNAL', `Nothing counts what ${contract.name} takes.`, { applied: 'no' });
  await takeClaims(operation, { of, pots, ask: () => claims(input, callOf(client, operation, signal)) });
}

/** A lookup before sending: what is not clear is for a person. */
function asKnown(found: Outcome | Unclear): Outcome {
  if (found.state !== 'unclear') return found;
  const { reason, document } = found;
  return { state: 'review', reason, ...(document !== undefined && { document }) };
}

/** The document is there; only reading it failed. */
const unread = (document: string): Unclear => ({ state: 'unclear', reason: 'READ_BACK_FAILED', document });

/** Whether the same question may be answered later. */
export const isPassing = ({ code }: CountersignError): boolean => errorTable[code].retryable || code === 'AUTH_FAILED';

function bindUpdate(tool: UpdateTool, { client }: Ground): Bound {
  const { lookup } = tool;
  const read = (input: unknown, operation: Operation, signal: AbortSignal) =>
    tool.read(input, callOf(client, operation, signal));
  const applied = (input: unknown, states: { before: unknown; after: unknown }, reason?: string): Outcome => {
    const output = { deviations: [], ...tool.output(input, states) };
    const result = JSON.stringify(clean(tool.contract.output, output));
    return { state: 'applied', document: tool.documentOf(input), result, ...(reason && { reason }) };
  };
  const judge = async (operation: Operation, signal: AbortSignal): Promise<Found> => {
    const input: unknown = JSON.parse(operation.input);
    if (lookup === 'none' || operation.before === undefined) return { state: 'unclear', reason: 'NO_LOOKUP' };
    const before = tool.state.parse(JSON.parse(operation.before));
    const after = await read(input, operation, signal);
    if (lookup.intended(input, after)) return applied(input, { before, after });
    const { document } = operation;
    if (!isDeepStrictEqual(plain(after), plain(before)))
      return { state: 'unclear', reason: 'CHANGED_OTHERWISE', document };
    return document === undefined ? { state: 'absent' } : unchanged(document);
  };
  return {
    before: async (operation, signal) => {
      const input: unknown = JSON.parse(operation.input);
      const before = await read(input, operation, signal);
      if (lookup !== 'none' && lookup.intended(input, before))
        return { outcome: applied(input, { before, after: before }, 'ALREADY_APPLIED') };
      tool.check(input, before);
      return { image: JSON.stringify(before) };
    },
    send: async (operation, { signal, permit }) => {
      const before = tool.state.parse(JSON.parse(operation.before ?? 'null'));
      const call: WriteCall & { before: unknown } = {
        ...callOf(client, operation, signal),
        reference: operation.reference,
        permit,
        before,
      };
      const input: unknown = JSON.parse(operation.input);
      await tool.run(input, call);
      const document = tool.documentOf(input);
      const confirmed = { ...operation, document };
      return asOutcome(await judge(confirmed, signal).catch(() => unread(document)), document);
    },
    find: judge,
  };
}

const callOf = (client: unknown, { organisation }: Operation, signal: AbortSignal): Call => ({
  client,
  signal,
  organisation,
});

/** After a confirmed change its absence is no proof: the answer said otherwise. */
const unchanged = (document: string): Unclear => ({ state: 'unclear', reason: 'CONFIRMED_BUT_UNCHANGED', document });

/** What a confirmed send came to. The confirmation stays on the operation: whoever finds nothing later must not send again. */
function asOutcome(found: Found, document: string): Outcome {
  if (found.state === 'absent') return { state: 'unknown', reason: 'CONFIRMED_BUT_MISSING', document };
  return found.state === 'unclear' ? { state: 'unknown', reason: found.reason, document } : found;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Text of third parties as data: control, bidi and invisible characters taken out, capped. */
export function clean(schema: UpdateTool['contract']['output'], value: unknown): unknown {
  const cleaned = mapMarked(schema, value, (field, marks) =>
    marks['x-countersign-untrusted'] && typeof field === 'string' ? printable(field) : field,
  );
  const parsed = schema.safeParse(cleaned);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CountersignError(
    'SYSTEM_ANSWER_INVALID',
    `The answer does not fit the contract at /${issue?.path.join('/')}.`,
    {
      applied: 'unknown',
    },
  );
}

const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cs}\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/gu, ' ').slice(0, 500);
