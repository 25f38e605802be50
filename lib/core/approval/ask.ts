import { keepFor, type Operation, type Operations } from '../operation/operation.ts';
import type { Approval, Approvals } from './approval.ts';
import { changedFacts } from './brief.ts';
import { roundId } from './carry-out.ts';
import { type Dossier, dossierSchema } from './dossier.ts';

/** What asking stands on. */
export interface Asking {
  readonly operations: Operations;
  readonly approvals: Approvals;
  /** What an approver should know, read from the system now. */
  facts(operation: Operation): Promise<Omit<Dossier, 'differences'>>;
  /** Makes a link for one person, stores its hash until `expiration` (epoch seconds), and sends the question. Answers the hash. */
  send(question: {
    readonly approval: Approval;
    readonly approver: string;
    readonly expiration: number;
  }): Promise<string>;
  /** Wakes the execution that holds a token; carries no decision. */
  wake(token: string): Promise<void>;
}

/**
 * Opens the round of an operation, or finds it, hands it the token of the execution that waits, and sends what was not
 * sent. Runs any number of times: a mail goes out twice only if the process dies between sending and noting it.
 */
export async function ask(operationId: string, token: string, on: Asking): Promise<void> {
  const operation = await on.operations.get(operationId);
  if (operation?.state !== 'awaiting_approval') return on.wake(token);
  const opened = (await on.approvals.get(roundId(operation))) ?? (await open(operation, on));
  const handed = await on.approvals.change(opened, { token });
  if (handed.approval.status !== 'pending') return on.wake(token);
  if (!handed.won) throw new Error(`approval ${opened.id} changed while it was opened`);
  await sendAll(handed.approval, on);
}

async function open(operation: Operation, { operations, approvals, facts }: Asking): Promise<Approval> {
  const { id, approval, digest, tool, agent, system } = operation;
  if (!approval) throw new Error(`operation ${id} asks for no approval`);
  const known = await facts(operation);
  const last = await approvals.get(`${id}.${approval.round - 1}`);
  const before = last ? dossierSchema.parse(JSON.parse(last.shown)).material : known.material;
  const now = operations.now();
  const draft: Approval = {
    ...{ id: roundId(operation), operationId: id, round: approval.round, system, tool, agent, digest },
    ...{ status: 'pending', version: 1, need: approval.need, of: approval.of, decisions: [], why: approval.why },
    ...{ value: approval.value, total: approval.total, about: approval.about },
    shown: JSON.stringify({ ...known, differences: changedFacts(before, known.material) }),
    ...{ createdAt: now, expiresAt: now + approval.within * 3_600_000, links: {}, mailed: [] },
  };
  return (await approvals.open(draft)).approval;
}

async function sendAll(round: Approval, { approvals, send }: Asking): Promise<void> {
  let current = round;
  for (const approver of round.of.filter((name) => !round.mailed.includes(name))) {
    const expiration = Math.floor(round.expiresAt / 1000) + keepFor;
    const hash = await send({ approval: current, approver, expiration });
    const noted = { mailed: [...current.mailed, approver], links: { ...current.links, [approver]: hash } };
    current = (await approvals.change(current, noted)).approval;
  }
}
