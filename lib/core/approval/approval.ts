import * as z from 'zod';
import { keepFor } from '../operation/operation.ts';
import { happeningSchema, passedOnSchema } from './happening.ts';

/** What one approver said. */
export const decisionSchema = z.strictObject({
  approver: z.string(),
  verdict: z.enum(['approve', 'refuse', 'ask_back']),
  /** Epoch ms. */
  at: z.int(),
  /** Of a refusal: a code of the fixed list; of a question: the question. */
  reason: z.string().optional(),
});

/** The question that people are asked about one operation, one round of it: one item. What a later version adds stays in it. */
export const approvalSchema = z.object({
  /** `<operationId>.<round>` */
  id: z.string(),
  operationId: z.string(),
  round: z.int(),
  system: z.string(),
  tool: z.string(),
  agent: z.string(),
  /** Names canonical arguments and organisation: what is approved is this and nothing else. */
  digest: z.string(),
  status: z.enum(['pending', 'approved', 'refused', 'expired', 'asked_back', 'withdrawn']),
  version: z.int(),
  /** How many different people must approve, and who may. */
  need: z.int(),
  of: z.array(z.string()),
  /** Who must not decide it, whoever asks them: the agent's owner, and who requested it. */
  never: z.array(z.string()).optional(),
  decisions: z.array(decisionSchema),
  /** Who is asked in place of whom. */
  passedOn: z.array(passedOnSchema).optional(),
  /** Who is asked although they are absent: without them there would be too few. */
  absent: z.array(z.string()).optional(),
  /** Who is asked too when nobody has settled it by then (epoch ms), or when a mail does not arrive. */
  escalation: z.strictObject({ at: z.int(), to: z.array(z.string()), done: z.literal(true).optional() }).optional(),
  happened: z.array(happeningSchema).optional(),
  /** The rule that asks, in words. */
  why: z.string(),
  /** What it commits, a decimal in the policy's currency; absent without an amount or a rate. */
  value: z.string().optional(),
  /** What the agent commits within a day towards the same party, this call included: approvers' limits count for this. */
  total: z.string().optional(),
  /** The object it is about, e.g. `erp supplier 17300001`. */
  about: z.string().optional(),
  /** What the approver is shown, as JSON (`Dossier`). */
  shown: z.string(),
  createdAt: z.int(),
  /** No decision counts from this moment on. */
  expiresAt: z.int(),
  /** Wakes the waiting execution; leaves the table for nothing else. */
  token: z.string().optional(),
  /** Approver -> SHA-256 of the id in the link of the mail. */
  links: z.record(z.string(), z.string()),
  /** Approvers whose mail has gone out. */
  mailed: z.array(z.string()),
  /** Approvers whom a mail did not reach. */
  unreached: z.array(z.string()).optional(),
  /** The execution that waits is to look at the round again: somebody has to be told of it. */
  again: z.literal(true).optional(),
  /** TTL in epoch seconds; only a settled round has one. */
  expiration: z.int().optional(),
});

/** A round of asking. */
export type Approval = z.infer<typeof approvalSchema>;
/** What one approver said. */
export type Decision = z.infer<typeof decisionSchema>;
/** Fields that a transition sets; undefined removes one. */
export type ApprovalChange = {
  [Field in
    | 'status'
    | 'of'
    | 'decisions'
    | 'passedOn'
    | 'escalation'
    | 'happened'
    | 'token'
    | 'links'
    | 'mailed'
    | 'unreached'
    | 'again'
    | 'expiration']?: Approval[Field] | undefined;
};

/** The store of approvals; each write is one conditional write of one item. */
export interface Approvals {
  /** Creates the round, or answers the one that is there. */
  open(draft: Approval): Promise<{ readonly won: boolean; readonly approval: Approval }>;
  /** Applies a change to the version that was seen, or answers the one that is there. */
  change(seen: Approval, change: ApprovalChange): Promise<{ readonly won: boolean; readonly approval: Approval }>;
  get(id: string): Promise<Approval | undefined>;
  /** Rounds that wait for a decision, oldest first. */
  pending(): Promise<readonly Approval[]>;
}

/** Why a decision is not taken. */
export type NotDecided = 'settled' | 'expired' | 'not_asked' | 'already_said';

/** Why somebody cannot answer a round, or pass it on, at a moment; undefined when they can. */
export function whyNoAnswer(
  { status, expiresAt, of, decisions }: Approval,
  name: string,
  at: number,
): NotDecided | undefined {
  if (status !== 'pending') return 'settled';
  if (at >= expiresAt) return 'expired';
  if (!of.includes(name)) return 'not_asked';
  return decisions.some(({ approver }) => approver === name) ? 'already_said' : undefined;
}

/** What ends a round at a moment, and lets the table forget it as late as its operation. */
export const ending = (status: Exclude<Approval['status'], 'pending'>, at: number) => ({
  status,
  expiration: Math.floor(at / 1000) + keepFor,
});

/** What a decision changes about a round as it is now; a word why nothing changes. */
export function decide(approval: Approval, decision: Decision): ApprovalChange | NotDecided {
  const { decisions, need } = approval;
  const refused = whyNoAnswer(approval, decision.approver, decision.at);
  if (refused) return refused;
  const all = [...decisions, decision];
  if (decision.verdict === 'refuse') return { decisions: all, ...ending('refused', decision.at) };
  if (decision.verdict === 'ask_back') return { decisions: all, ...ending('asked_back', decision.at) };
  const approved = new Set(all.filter(({ verdict }) => verdict === 'approve').map(({ approver }) => approver));
  return { decisions: all, ...(approved.size >= need && ending('approved', decision.at)) };
}
