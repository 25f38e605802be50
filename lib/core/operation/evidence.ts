import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { type Call, type CreateTool, isCreate, type UpdateTool } from '../tool.ts';
import { absentAfter, type Operation } from './operation.ts';
import { clean, type Ground } from './write.ts';

/** A document that may be the effect of an operation, as the system shows it. */
const shownDocument = z.object({
  document: z.string(),
  exists: z.boolean(),
  /** Whether the system names it as this operation's: by its reference, or as the document that is changed. */
  isNamed: z.boolean(),
  /** Whether it is as it was asked for, and commits no more. */
  agrees: z.boolean(),
  /** The contract's output with the document's own values; absent without a document. */
  output: z.record(z.string(), z.unknown()).optional(),
});

/** What a system shows of an operation at one moment: the evidence on which a person, or a rule, settles it. */
export const evidenceSchema = z.object({
  /** When it was asked (ms, the store's clock). */
  asked: z.int(),
  /** `absent`: there is no effect, and none can come any more. `unclear`: nothing is proven, for the reason that is given. */
  finding: z.enum(['found', 'absent', 'unclear']),
  reason: z.string(),
  /** From when on an absence proves something (ms); absent where it never does. */
  provenFrom: z.int().optional(),
  documents: z.array(shownDocument),
  /** Updates: the document before the change was sent, and as it is now. */
  before: z.unknown().optional(),
  now: z.unknown().optional(),
});

/** As recover functions answer it. */
export type Evidence = z.infer<typeof evidenceSchema>;
/** One document of it. */
export type ShownDocument = z.infer<typeof shownDocument>;

/** Where and until when the system is asked. */
export interface Asking {
  readonly ground: Ground;
  /** The moment at which the question begins (ms, the store's clock). */
  readonly asked: number;
  /** A document that somebody names. */
  readonly document?: string | undefined;
  readonly signal: AbortSignal;
}

/** Nothing can be asked: the tool is gone, or the question got no answer. */
export const noEvidence = (asked: number, reason: string): Evidence => ({
  asked,
  finding: 'unclear',
  reason,
  documents: [],
});

/** Asks the system for everything that may be the effect of an operation. Throws as tools do. */
export const evidenceOf = (tool: CreateTool | UpdateTool, operation: Operation, asking: Asking): Promise<Evidence> =>
  isCreate(tool) ? evidenceOfCreate(tool, operation, asking) : evidenceOfUpdate(tool, operation, asking);

async function evidenceOfCreate(tool: CreateTool, operation: Operation, asking: Asking): Promise<Evidence> {
  const { asked, document: named, signal, ground } = asking;
  const input: unknown = JSON.parse(operation.input);
  const { reference, document, organisation } = operation;
  const call = { client: ground.client, signal, organisation, reference };
  const carrying = tool.lookup === 'none' ? [] : await tool.lookup.find(input, call);
  // Several of one request are read, and shown, by the first of them.
  const found = tool.makesSeveral ? [document ?? carrying[0]].filter((id) => id !== undefined) : carrying;
  const ids = new Set([document, ...found, named].filter((id) => id !== undefined));
  const documents: ShownDocument[] = [];
  for (const id of ids) {
    const isNamed = found.includes(id) || id === document;
    documents.push({ ...(await shown(tool, id, { operation, input, call })), isNamed });
  }
  const isThere = documents.some(({ exists, isNamed }) => exists && isNamed);
  const vanished = documents.some(({ exists, document: id }) => !exists && id === document);
  const doubt = tool.lookup === 'none' ? 'NO_LOOKUP' : vanished ? 'CONFIRMED_BUT_MISSING' : undefined;
  return { ...verdict(operation, { isThere, doubt }, asking), asked, documents };
}

async function shown(
  { read, contract }: CreateTool,
  document: string,
  {
    operation,
    input,
    call,
  }: { readonly operation: Operation; readonly input: unknown; readonly call: Call & { readonly reference: string } },
): Promise<Omit<ShownDocument, 'isNamed'>> {
  const body = await read(document, input, call);
  if (body === undefined) return { document, exists: false, agrees: false };
  const output = { ...body, deviations: [], reference: operation.reference };
  const { ours, deviations, exceeds } = contract.compare?.(input, output) ?? {
    ours: false,
    deviations: [],
    exceeds: false,
  };
  const cleaned = z.record(z.string(), z.unknown()).parse(clean(contract.output, { ...output, deviations }));
  return { document, exists: true, agrees: ours && !exceeds, output: cleaned };
}

async function evidenceOfUpdate(tool: UpdateTool, operation: Operation, asking: Asking): Promise<Evidence> {
  const { asked, signal, ground } = asking;
  const input: unknown = JSON.parse(operation.input);
  const after = await tool.read(input, { client: ground.client, signal, organisation: operation.organisation });
  const before = operation.before === undefined ? undefined : tool.state.parse(JSON.parse(operation.before));
  const isThere = tool.lookup !== 'none' && tool.lookup.intended(input, after);
  const output = tool.output(input, { before: before ?? after, after });
  const cleaned = z.record(z.string(), z.unknown()).parse(clean(tool.contract.output, { deviations: [], ...output }));
  const document = tool.documentOf(input);
  return {
    ...verdict(operation, { isThere, doubt: doubtOf(tool, { operation, before, after }) }, asking),
    ...{ asked, before, now: after },
    documents: [{ document, exists: true, isNamed: true, agrees: isThere, output: cleaned }],
  };
}

/** Why a document that is not as intended does not prove that the change had no effect. */
function doubtOf(
  { lookup }: UpdateTool,
  { operation, before, after }: { readonly operation: Operation; readonly before: unknown; readonly after: unknown },
): string | undefined {
  if (lookup === 'none') return 'NO_LOOKUP';
  if (operation.document !== undefined) return 'CONFIRMED_BUT_UNCHANGED';
  // What is dead was refused, or absent, each time: there it is enough that the document is not as intended.
  if (before === undefined) return operation.state === 'dead' ? undefined : 'NO_LOOKUP';
  return isDeepStrictEqual(plain(after), plain(before)) ? undefined : 'CHANGED_OTHERWISE';
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Found counts at any time; an absence counts only if the question began when the system could no longer be working on it. */
function verdict(
  { sendBy }: Operation,
  { isThere, doubt }: { readonly isThere: boolean; readonly doubt: string | undefined },
  { asked, ground: { connector } }: Asking,
): Pick<Evidence, 'finding' | 'reason' | 'provenFrom'> {
  const { maxServerTime, lookupLag } = connector;
  const provenFrom = maxServerTime === undefined ? undefined : absentAfter(sendBy, { maxServerTime, lookupLag });
  const proven = provenFrom !== undefined && { provenFrom };
  if (isThere) return { finding: 'found', reason: 'FOUND', ...proven };
  if (doubt !== undefined) return { finding: 'unclear', reason: doubt, ...proven };
  if (provenFrom === undefined) return { finding: 'unclear', reason: 'ABSENCE_UNPROVABLE' };
  if (asked < provenFrom) return { finding: 'unclear', reason: 'ABSENT_TOO_EARLY', provenFrom };
  return { finding: 'absent', reason: 'ABSENT', provenFrom };
}
