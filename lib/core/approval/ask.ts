import type { Journal } from '../journal.ts';
import { keepFor, type Operation, type Operations } from '../operation/operation.ts';
import { amend } from './amend.ts';
import type { Approval, ApprovalChange, Approvals } from './approval.ts';
import { entriesOfApproval } from './approval-entries.ts';
import { changedFacts } from './brief.ts';
import { roundId } from './carry-out.ts';
import { type Dossier, dossierSchema } from './dossier.ts';
import { isStuck, undelivered } from './escalation.ts';
import { escalationOf, type Whom, whomToAsk } from './who-is-asked.ts';

/** What became of a mail: sent, with the hash of its link; `unreachable`: to nobody, ever; `rejected`: for the address if others are taken, else for the sender. */
export type Sent = { readonly hash: string } | 'unreachable' | 'rejected';

/** What asking stands on. */
export interface Asking extends Whom {
  readonly operations: Operations;
  readonly approvals: Approvals;
  readonly journal: Journal;
  /** What an approver should know, read from the system now. */
  facts(operation: Operation): Promise<Omit<Dossier, 'differences'>>;
  /**
   * Makes a link for one person, stores its hash until `expiration` (epoch seconds), and sends the question. Throws what
   * may go better another time.
   */
  send(question: {
    readonly approval: Approval;
    readonly approver: string;
    readonly expiration: number;
  }): Promise<Sent>;
  /** Wakes the execution that holds a token; carries no decision. */
  wake(token: string): Promise<void>;
  /** Told when a mail did not arrive, and nobody is left to be asked for that. */
  unanswered(round: Approval): void;
}

/**
 * Opens the round of an operation, or finds it, hands it the token of the execution that waits, and mails whoever is asked
 * and was not mailed. Runs any number of times: a mail goes out twice only if the process dies between sending and noting
 * it.
 */
export async function ask(operationId: string, token: string, on: Asking): Promise<void> {
  const operation = await on.operations.get(operationId);
  if (operation?.state !== 'awaiting_approval') return on.wake(token);
  const opened = (await on.approvals.get(roundId(operation))) ?? (await open(operation, on));
  const handed = await amend(on.approvals, opened, ({ status }) =>
    status === 'pending' ? { token, again: undefined } : undefined,
  );
  if (handed.status !== 'pending') return on.wake(token);
  for (const entry of entriesOfApproval(handed)) await on.journal.append(entry);
  await mailAll(handed, token, on);
}

async function open(operation: Operation, on: Asking): Promise<Approval> {
  const { id, approval, digest, tool, agent, system } = operation;
  if (!approval) throw new Error(`operation ${id} asks for no approval`);
  const known = await on.facts(operation);
  const last = await on.approvals.get(`${id}.${approval.round - 1}`);
  const before = last ? dossierSchema.parse(JSON.parse(last.shown)).material : known.material;
  const now = on.operations.now();
  const draft: Approval = {
    ...{ id: roundId(operation), operationId: id, round: approval.round, system, tool, agent, digest },
    ...{ status: 'pending', version: 1, need: approval.need, decisions: [], why: approval.why },
    ...{ never: approval.never, value: approval.value, total: approval.total, about: approval.about },
    ...(await whomToAsk(approval, on, now)),
    escalation: escalationOf(approval, on, now),
    shown: JSON.stringify({ ...known, differences: changedFacts(before, known.material) }),
    ...{ createdAt: now, expiresAt: on.hoursAfter(now, approval.within), links: {}, mailed: [] },
  };
  return (await on.approvals.open(draft)).approval;
}

/** Mails one after the other, also those who come to be asked meanwhile; a failure is thrown when all others were tried. */
async function mailAll(round: Approval, token: string, on: Asking): Promise<void> {
  const tried = new Set<string>();
  const rejected: string[] = [];
  const failures: unknown[] = [];
  let current = round;
  // Until it is settled, or another run of this step has taken over.
  while (current.status === 'pending' && current.token === token) {
    const next = unmailed(current).find((name) => !tried.has(name));
    if (next === undefined) {
      const lost = isAnybodyMailed(current) ? rejected.pop() : undefined;
      if (lost === undefined) return fail(failures, rejected);
      current = await note(current, lost, undefined, on);
      continue;
    }
    tried.add(next);
    try {
      const sent = await mail(current, next, on);
      if (sent === 'rejected') rejected.push(next);
      else current = await note(current, next, sent === 'unreachable' ? undefined : sent.hash, on);
    } catch (error) {
      failures.push(error);
    }
  }
}

function fail(failures: readonly unknown[], rejected: readonly string[]): void {
  if (failures.length > 0) throw failures[0];
  if (rejected.length > 0) throw new Error('no mail is taken');
}

const unmailed = ({ of, mailed, decisions }: Approval): string[] =>
  of.filter((name) => !mailed.includes(name) && !decisions.some(({ approver }) => approver === name));

const isAnybodyMailed = ({ links }: Approval): boolean => Object.keys(links).length > 0;

const mail = (approval: Approval, approver: string, { send }: Asking): Promise<Sent> =>
  send({ approval, approver, expiration: Math.floor(approval.expiresAt / 1000) + keepFor });

/** Notes that somebody was mailed, or, without the hash of a link, that no mail reaches them. */
async function note(round: Approval, approver: string, hash: string | undefined, on: Asking): Promise<Approval> {
  const at = on.operations.now();
  const noted = await amend(on.approvals, round, (seen) => ({
    mailed: [...seen.mailed, approver],
    ...(hash === undefined ? refused(seen, approver, at) : { links: { ...seen.links, [approver]: hash } }),
  }));
  if (hash === undefined && isStuck(noted)) on.unanswered(noted);
  return noted;
}

/** Who is asked for that is mailed by this very run: nobody has to come again. */
const refused = (seen: Approval, approver: string, at: number): ApprovalChange => ({
  ...undelivered(seen, { approver, at, reason: 'the address is refused' }),
  again: seen.again,
});
