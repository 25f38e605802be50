import { dayOf, type JournalEntry } from '../journal.ts';
import type { Approval } from './approval.ts';

const past = { approve: 'approved', refuse: 'refused', ask_back: 'asked_back' } as const;

/** What happened besides decisions is counted from here, so that neither number depends on how many there are of the other. */
const besides = 101;

/** What the journal says of a round so far: that people were asked, who said what when, what happened besides, and how it ended where nobody said anything. */
export function entriesOfApproval(approval: Approval): JournalEntry[] {
  const { id, agent, tool, digest, decisions, status, createdAt, expiresAt, of, happened = [] } = approval;
  const entry = (
    version: number,
    at: number,
    facts: Pick<JournalEntry, 'type' | 'by' | 'approver' | 'reason'>,
  ): JournalEntry => ({
    ...{ id, version, at, day: dayOf(at), agent, tool, digest },
    ...facts,
  });
  const asked = entry(1, createdAt, { type: 'approval.asked', reason: of.join(', ') });
  const said = decisions.map(({ approver, verdict, at, reason }, n) =>
    entry(n + 2, at, { type: `approval.${past[verdict]}`, by: approver, ...(reason !== undefined && { reason }) }),
  );
  const expired = status === 'expired' ? [entry(decisions.length + 2, expiresAt, { type: 'approval.expired' })] : [];
  const more = happened.map(({ type, at, ...facts }, n) =>
    entry(besides + n, at, { type: `approval.${type}`, ...facts }),
  );
  return [asked, ...said, ...expired, ...more];
}
