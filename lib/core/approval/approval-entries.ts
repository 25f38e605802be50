import { dayOf, type JournalEntry } from '../journal.ts';
import type { Approval } from './approval.ts';

const past = { approve: 'approved', refuse: 'refused', ask_back: 'asked_back' } as const;

/** What the journal says of a round: that people were asked, who said what when, and how it ended where nobody said anything. */
export function entriesOfApproval(approval: Approval): JournalEntry[] {
  const { id, agent, tool, digest, decisions, status, createdAt, expiresAt, of } = approval;
  const entry = (version: number, at: number, facts: Pick<JournalEntry, 'type' | 'by' | 'reason'>): JournalEntry => ({
    ...{ id, version, at, day: dayOf(at), agent, tool, digest },
    ...facts,
  });
  const asked = entry(1, createdAt, { type: 'approval.asked', reason: of.join(', ') });
  const said = decisions.map(({ approver, verdict, at, reason }, n) =>
    entry(n + 2, at, { type: `approval.${past[verdict]}`, by: approver, ...(reason !== undefined && { reason }) }),
  );
  const expired = status === 'expired' ? [entry(decisions.length + 2, expiresAt, { type: 'approval.expired' })] : [];
  return [asked, ...said, ...expired];
}
