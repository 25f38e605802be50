import { type Approval, type Decision, decide, type NotDecided } from '../core/approval/approval.ts';
import type { People } from './people.ts';

/** What one person says, without the moment. */
export type Said = Omit<Decision, 'at'>;

/** What became of an answer: taken, where nothing was refused. */
export interface Taken<Refusal> {
  readonly refused?: Refusal;
  /** The round as it is now. */
  readonly approval: Approval;
}

/** Writes a decision on the round as it is; who comes second decides about the round that the first one left. */
export async function take(seen: Approval, said: Said, { approvals, now }: People): Promise<Taken<NotDecided>> {
  let approval = seen;
  for (;;) {
    const change = decide(approval, { ...said, at: now() });
    if (typeof change === 'string') return { refused: change, approval };
    const written = await approvals.change(approval, change);
    if (written.won) return { approval: written.approval };
    approval = written.approval;
  }
}

/** Writes a decision on the version that was seen, and on no other. */
export async function takeAsSeen(
  found: Approval,
  { version, ...said }: Said & { readonly version: number },
  { approvals, now }: People,
): Promise<Taken<NotDecided | 'changed'>> {
  const decision = { ...said, at: now() };
  const change = decide(found, decision);
  if (typeof change === 'string') return { refused: change, approval: found };
  if (found.version !== version) return { refused: 'changed', approval: found };
  const { won, approval } = await approvals.change(found, change);
  if (won) return { approval };
  const again = decide(approval, decision);
  return { refused: typeof again === 'string' ? again : 'changed', approval };
}

/** Wakes what waits for a round. What was written stands, whether the execution hears of it now or finds it later. */
export async function wakeFor({ id, token }: Approval, { wake, log }: People): Promise<void> {
  if (token === undefined) return;
  try {
    await wake(token);
  } catch (error) {
    log.error('an execution could not be woken', error, { approvalId: id });
  }
}

/** Why an answer was not taken, as people read it. */
export const notTaken: Readonly<Record<NotDecided, string>> = {
  settled: 'This was decided before your answer came. Your answer was not taken.',
  expired: 'The deadline has passed. Your answer was not taken.',
  not_asked: 'You are not asked. Your answer was not taken.',
  already_said: 'You have answered before. That answer stands.',
};
