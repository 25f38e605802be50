import Big from 'big.js';
import type { CreatedDocument } from '../connector.ts';

/** A line of the journal, as far as it tells of a document. */
export interface Told {
  /** Operation. */
  readonly id: string;
  /** Epoch ms. */
  readonly at: number;
  /** `operation.attempted`, `operation.applied` ... */
  readonly type: string;
  readonly tool?: string | undefined;
  readonly reference?: string | undefined;
  readonly document?: string | undefined;
}

/** What is compared. */
export interface Compared {
  /** Days that are reported, both included. What was read should reach a day further on both sides. */
  readonly from: string;
  readonly to: string;
  readonly documents: readonly CreatedDocument[];
  readonly journal: readonly Told[];
  /** Kind of document by the tool that creates it; tools that are not here are not compared. */
  readonly kinds: Readonly<Record<string, string>>;
}

/** A document with the operation that it belongs to, where there is one. */
export interface Matched extends CreatedDocument {
  readonly operationId?: string;
}

/** Sums of what stands in the system, in one currency of one company. */
export interface Total {
  readonly companyCode: string;
  readonly currency: string;
  readonly documents: number;
  /** Decimal; deleted documents count nothing. */
  readonly amount: string;
  /** Of these: documents without an operation. */
  readonly orphans: number;
  readonly orphanAmount: string;
}

/** What journal and system say of the same days. */
export interface Comparison {
  readonly documents: number;
  /** Operations that created one of them, or say so. */
  readonly operations: number;
  /** Documents that no operation made. */
  readonly orphans: readonly CreatedDocument[];
  /** Operations that are applied, and their documents nowhere. */
  readonly missing: readonly { readonly operationId: string; readonly document: string; readonly at: string }[];
  /** More than one document for one operation, none of them deleted. */
  readonly second: readonly { readonly operationId: string; readonly documents: readonly string[] }[];
  /** Documents of operations of which the journal does not say that they took effect. */
  readonly unsettled: readonly (Matched & { readonly state: string })[];
  /** Documents that were changed after we last did anything to them. */
  readonly edited: readonly (Matched & { readonly ourLast: string })[];
  readonly totals: readonly Total[];
}

/** What one operation is known to have done. */
interface Known {
  readonly id: string;
  readonly reference: string | undefined;
  /** Kind of the document that it creates. */
  readonly kind: string | undefined;
  /** When it was last sent (ms). */
  sentAt: number;
  state: string;
  stateAt: number;
  document: string | undefined;
}

/** What clocks of the system and ours may differ by, and what saving takes, in ms. */
const tolerance = 120_000;

/** Compares what the system keeps with what the journal says, both ways. */
export function compareCreated({ from, to, documents, journal, kinds }: Compared): Comparison {
  const operations = operationsOf(journal, kinds);
  const byReference = new Map(operations.flatMap((each) => (each.reference ? [[each.reference, each] as const] : [])));
  const byDocument = new Map(operations.flatMap((each) => (each.document ? [[keyOf(each), each] as const] : [])));
  const touched = lastTouches(journal, new Set(operations.map(({ id }) => id)));
  const reported = documents.filter(({ createdAt }) => createdAt >= from && createdAt <= to);
  const ownerOf = (each: CreatedDocument): Known | undefined =>
    owning(byReference.get(each.reference ?? ''), each) ?? byDocument.get(keyOf(each));
  const matched = reported.map((document) => ({ document, owner: ownerOf(document) }));
  const there = new Set(documents.map(keyOf));
  const sent = operations.filter(({ kind, sentAt }) => kind !== undefined && isWithin(sentAt, from, to));
  const orphans = matched.filter(({ owner }) => !owner).map(({ document }) => document);
  return {
    documents: reported.length,
    operations: new Set([...matched.flatMap(({ owner }) => owner?.id ?? []), ...claiming(sent).map(({ id }) => id)])
      .size,
    orphans,
    missing: claiming(sent)
      .filter((each) => !there.has(keyOf(each)))
      .map(({ id, document, stateAt }) => ({ operationId: id, document: document ?? '', at: iso(stateAt) })),
    second: secondsOf(documents, { ownerOf, from, to }),
    unsettled: matched.flatMap(({ document, owner }) =>
      owner && !tookEffect.has(owner.state) ? [{ ...document, operationId: owner.id, state: owner.state }] : [],
    ),
    edited: matched.flatMap(({ document, owner }) => editOf(document, owner, touched)),
    totals: totalsOf(reported, new Set(orphans)),
  };
}

/** A review has a document, or may have: a person looks after it. */
const tookEffect: ReadonlySet<string> = new Set(['applied', 'review']);

function operationsOf(journal: readonly Told[], kinds: Compared['kinds']): Known[] {
  const known = new Map<string, Known>();
  for (const { id, type, at, tool = '', reference, document } of journal.toSorted((a, b) => a.at - b.at)) {
    if (!type.startsWith('operation.')) continue;
    const kind = Object.hasOwn(kinds, tool) ? kinds[tool] : undefined;
    const state = type.slice('operation.'.length);
    const each = known.get(id) ?? { id, reference, kind, sentAt: 0, state, stateAt: at, document: undefined };
    known.set(id, each);
    Object.assign(each, { state, stateAt: at, document: document ?? each.document });
    if (state === 'attempted') each.sentAt = at;
  }
  return [...known.values()].filter(({ kind }) => kind !== undefined);
}

/** A reference counts where the kind is the one that its operation creates: a copy of another kind is none of ours. */
const owning = (owner: Known | undefined, { kind }: CreatedDocument): Known | undefined =>
  owner?.kind === kind ? owner : undefined;

const claiming = (operations: readonly Known[]): Known[] =>
  operations.filter(({ state, document }) => state === 'applied' && document !== undefined);

/** When we last changed each document after its creation, by any tool. */
function lastTouches(journal: readonly Told[], creators: ReadonlySet<string>): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const { id, at, document } of journal)
    if (document !== undefined && !creators.has(id)) last.set(document, Math.max(at, last.get(document) ?? 0));
  return last;
}

function secondsOf(
  documents: readonly CreatedDocument[],
  { ownerOf, from, to }: { ownerOf(each: CreatedDocument): Known | undefined; from: string; to: string },
): Comparison['second'] {
  const owned = documents.flatMap((document) => {
    const owner = ownerOf(document);
    return owner && !document.deleted ? [{ id: owner.id, document }] : [];
  });
  return [...Map.groupBy(owned, ({ id }) => id)]
    .filter(([, all]) => all.length > 1 && all.some(({ document: { createdAt: day } }) => day >= from && day <= to))
    .map(([operationId, all]) => ({ operationId, documents: all.map(({ document }) => document.document) }));
}

function editOf(
  document: CreatedDocument,
  owner: Known | undefined,
  touched: ReadonlyMap<string, number>,
): Comparison['edited'] {
  const ours = Math.max(touched.get(document.document) ?? 0, owner?.sentAt || (owner?.stateAt ?? 0));
  const changed = document.changedAt === undefined ? 0 : Date.parse(document.changedAt);
  if (!owner || ours === 0 || changed <= ours + tolerance) return [];
  return [{ ...document, operationId: owner.id, ourLast: iso(ours) }];
}

function totalsOf(documents: readonly CreatedDocument[], orphans: ReadonlySet<CreatedDocument>): Total[] {
  const groups = Map.groupBy(documents, ({ companyCode = '', currency = '' }) => `${companyCode} ${currency}`);
  return [...groups.keys()].sort().map((key) => {
    const all = groups.get(key) ?? [];
    const lost = all.filter((each) => orphans.has(each));
    return {
      ...{ companyCode: all[0]?.companyCode ?? '', currency: all[0]?.currency ?? '' },
      ...{ documents: all.length, amount: sumOf(all), orphans: lost.length, orphanAmount: sumOf(lost) },
    };
  });
}

const sumOf = (documents: readonly CreatedDocument[]): string =>
  documents
    .filter(({ deleted }) => !deleted)
    .reduce((sum, { amount = '0' }) => sum.plus(amount), new Big(0))
    .toFixed();

const keyOf = ({ kind, document }: { readonly kind?: string | undefined; readonly document?: string | undefined }) =>
  `${kind} ${document}`;
const isWithin = (at: number, from: string, to: string): boolean => {
  const day = iso(at).slice(0, 10);
  return day >= from && day <= to;
};
const iso = (at: number): string => new Date(at).toISOString();
