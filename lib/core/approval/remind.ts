import type { Approval, ApprovalChange } from './approval.ts';

/** The least time between two reminders of one round, in ms. */
const hour = 3_600_000;

/** Why nobody is reminded: it is settled, or everybody was reminded until `again` (epoch ms) ago enough. */
export type NotReminded = { readonly why: 'settled' } | { readonly why: 'too_soon'; readonly again: number };

/** What reminding changes: whoever has not decided gets one more mail, with a link of its own. Whoever writes it wakes the execution that waits. */
export function remind(
  { status, expiresAt, of, decisions, mailed, unreached = [], happened = [] }: Approval,
  { at, by }: { readonly at: number; readonly by: string },
): ApprovalChange | NotReminded {
  if (status !== 'pending' || at >= expiresAt) return { why: 'settled' };
  const last = happened.findLast(({ type }) => type === 'reminded');
  if (last && at < last.at + hour) return { why: 'too_soon', again: last.at + hour };
  const silent = of.filter((name) => !decisions.some(({ approver }) => approver === name));
  return {
    mailed: mailed.filter((name) => !silent.includes(name)),
    unreached: unreached.filter((name) => !silent.includes(name)),
    happened: [...happened, { type: 'reminded', at, by, reason: silent.join(', ') }],
    again: true,
  };
}
