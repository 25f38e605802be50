import type { Approver } from '../approval/settings.ts';
import { CountersignError } from '../errors.ts';
import { changed, givenUp, type Said, unproven } from './dead.ts';
import type { Evidence, ShownDocument } from './evidence.ts';
import type { Change, Operation, Operations } from './operation.ts';
import { expirationAt } from './outcome.ts';

/** For how long a claim keeps others away, in ms. */
const claimFor = 30 * 60_000;

/** What a person says became of an operation. */
export type Verdict =
  | {
      readonly what: 'applied';
      /** The document that is its effect. */
      readonly document: string;
      /** Takes it although it is not, or not provably, what was asked for. */
      readonly deviates: boolean;
    }
  | { readonly what: 'not_applied' };

/** Takes an operation in review into somebody's hands for half an hour; again for another. Throws `CLAIMED`. */
export async function claim(operations: Operations, seen: Operation, by: string): Promise<Operation> {
  const now = operations.now();
  checkReview(seen, by, now);
  const claimed = await operations.change(seen, { claim: { by, until: now + claimFor }, act: { what: 'claimed', by } });
  if (!claimed.won) checkReview(claimed.operation, by, now);
  return claimed.won ? claimed.operation : claim(operations, claimed.operation, by);
}

/**
 * Settles an operation in review by what a person says and the system shows. Proven to be without effect it is settled at
 * once; whatever rests on a person's word, and any effect, waits for a second person. Throws `EVIDENCE_MISSING`, `CLAIMED`.
 */
export async function resolve(
  operations: Operations,
  seen: Operation,
  { verdict, evidence, said }: { readonly verdict: Verdict; readonly evidence: Evidence; readonly said: Said },
): Promise<Operation> {
  const now = operations.now();
  checkReview(seen, said.by, now);
  const isProven = checkEvidence(verdict, evidence);
  if (isProven) return changed(operations, seen, { ...givenUp(seen, now), act: { what: 'resolved', ...said } });
  const proposal = { ...verdict, ...said, at: now };
  return changed(operations, seen, { proposal, act: { what: 'proposed', ...said } });
}

/** Settles what somebody else has proposed, if the system still shows it. Throws `NOT_YOURS_TO_DECIDE`, `EVIDENCE_MISSING`, `STALE_STATE`. */
export async function confirm(
  operations: Operations,
  seen: Operation,
  { evidence, by }: { readonly evidence: Evidence; readonly by: string },
): Promise<Operation> {
  const verdict = verdictOf(seen);
  checkSecond(seen, by);
  checkEvidence(verdict, evidence);
  const now = operations.now();
  const act = { what: 'confirmed', by, why: seen.proposal?.why };
  const change = verdict.what === 'applied' ? applied(verdict.document, evidence, now) : givenUp(seen, now);
  return changed(operations, seen, { ...change, act });
}

/** What a proposal says. Throws `STALE_STATE` where there is none. */
export function verdictOf({ state, proposal }: Operation): Verdict {
  if (state === 'review' && proposal?.what === 'not_applied') return { what: 'not_applied' };
  if (state === 'review' && proposal?.what === 'applied' && proposal.document !== undefined)
    return { what: 'applied', document: proposal.document, deviates: proposal.deviates === true };
  throw new CountersignError('STALE_STATE', 'Nothing is proposed for this operation by now.');
}

/** Throws `NOT_YOURS_TO_DECIDE` for the one who has proposed it. */
export function checkSecond({ proposal }: Operation, by: string): void {
  if (proposal?.by === by)
    throw new CountersignError('NOT_YOURS_TO_DECIDE', 'Who proposed it does not confirm it: a second operator has to.');
}

/** Throws `NOT_YOURS_TO_DECIDE` for whoever wanted the operation: the agent's owner, and the requester that its call names. */
export function checkUninvolved(
  by: string,
  wanted: {
    readonly owner: string | undefined;
    readonly requester: string | undefined;
    readonly approvers: Readonly<Record<string, Approver>>;
  },
): void {
  const person = Object.hasOwn(wanted.approvers, by) ? wanted.approvers[by] : undefined;
  const names = [by, ...(person ? [person.name, person.email] : [])].map(plain);
  const involved = [wanted.owner, wanted.requester].filter((name) => name !== undefined).map(plain);
  if (involved.some((name) => names.includes(name)))
    throw new CountersignError('NOT_YOURS_TO_DECIDE', 'Who wanted it does not say what became of it.');
}

const plain = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

function checkReview(seen: Operation, by: string, now: number): void {
  if (seen.state !== 'review') throw new CountersignError('STALE_STATE', `The operation is ${seen.state} by now.`);
  checkClaim(seen, by, now);
}

/** Throws `CLAIMED` where another operator looks after it. */
export function checkClaim({ claim: held }: Operation, by: string, now: number): void {
  if (held && held.by !== by && held.until > now)
    throw new CountersignError('CLAIMED', `${held.by} looks after it until ${new Date(held.until).toISOString()}.`, {
      facts: { claimedBy: held.by },
    });
}

/** Whether the evidence alone proves the verdict. Throws `EVIDENCE_MISSING` where it says otherwise. */
function checkEvidence(verdict: Verdict, evidence: Evidence): boolean {
  if (evidence.reason === 'LOOKUP_FAILED') throw missing('The system could not be asked.');
  if (verdict.what === 'not_applied') return isWithoutEffect(evidence);
  const { document: id, deviates } = verdict;
  const shown = evidence.documents.find(({ document, exists }) => document === id && exists);
  if (!shown) throw missing(`The system shows no document ${id}.`);
  const doubt = doubtOf(shown, evidence.documents);
  if (doubt !== undefined && !deviates) throw missing(`${doubt} Say so if it is to be accepted all the same.`);
  return false;
}

function isWithoutEffect(evidence: Evidence): boolean {
  const { finding, reason, documents } = evidence;
  if (finding === 'found') {
    const ids = documents.filter(({ exists, isNamed }) => exists && isNamed).map(({ document }) => document);
    throw missing(`It took effect: document ${ids.join(', ')}.`);
  }
  if (reason === 'ABSENT_TOO_EARLY') throw unproven(evidence);
  return finding === 'absent';
}

/** What speaks against taking a document for the effect. */
function doubtOf({ document, isNamed, agrees }: ShownDocument, all: readonly ShownDocument[]): string | undefined {
  if (!isNamed) return `Document ${document} does not carry the reference of this operation.`;
  if (!agrees) return `Document ${document} is not what was asked for.`;
  const other = all.find((each) => each.document !== document && each.exists && each.isNamed && !isCancelled(each));
  return other && `Document ${other.document} carries the reference too, and is not cancelled.`;
}

const isCancelled = ({ output }: ShownDocument): boolean => output?.['status'] === 'cancelled';

const missing = (detail: string) => new CountersignError('EVIDENCE_MISSING', detail);

const applied = (document: string, { documents }: Evidence, now: number): Change => ({
  state: 'applied',
  document,
  result: JSON.stringify(documents.find((each) => each.document === document)?.output ?? {}),
  resultStatus: 200,
  reason: 'RESOLVED',
  expiration: expirationAt(now),
});
