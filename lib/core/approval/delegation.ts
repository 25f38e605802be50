import Big from 'big.js';
import { type Approval, type ApprovalChange, type NotDecided, whyNoAnswer } from './approval.ts';
import type { Approver } from './settings.ts';

type People = Readonly<Record<string, Approver>>;
type Measured = Pick<Approval, 'value' | 'total'>;
type Round = Pick<Approval, 'of' | 'never' | 'decisions' | 'passedOn'> & Measured;

/** Why somebody may not be asked in place of another. */
export type NoStandIn = 'no_approver' | 'excluded' | 'asked' | 'above_limit';

/** Why a question is not passed on. `passed_on`: it came from somebody else, and goes no further. */
export type NotPassedOn = NotDecided | NoStandIn | 'passed_on';

/** Why `to` may not be asked in place of `from`; undefined when they may. The smaller limit of the two counts. */
export function whyNoStandIn(
  round: Round,
  { from, to, approvers }: { readonly from: string; readonly to: string; readonly approvers: People },
): NoStandIn | undefined {
  const [asked, standIn] = [approverOf(approvers, from), approverOf(approvers, to)];
  if (!asked || !standIn) return 'no_approver';
  if (round.never?.includes(to)) return 'excluded';
  if (isInvolved(round, to)) return 'asked';
  return isWithin(asked, round) && isWithin(standIn, round) ? undefined : 'above_limit';
}

/** Who may be asked in place of somebody, by name. */
export const standInsOf = (
  round: Round,
  { from, approvers }: { readonly from: string; readonly approvers: People },
): string[] => Object.keys(approvers).filter((to) => whyNoStandIn(round, { from, to, approvers }) === undefined);

/**
 * Passes a question on: from then on `to` is asked, and `from` no longer is. What somebody got in place of another goes no
 * further. Answers a word when nothing changes. Who writes the change wakes the execution that waits, which tells `to`.
 */
export function passOn(
  approval: Approval,
  {
    from,
    to,
    approvers,
    at,
  }: { readonly from: string; readonly to: string; readonly approvers: People; readonly at: number },
): ApprovalChange | NotPassedOn {
  const { of, passedOn = [], happened = [] } = approval;
  const refused = whyNoAnswer(approval, from, at);
  if (refused) return refused;
  if (passedOn.some((each) => each.to === from)) return 'passed_on';
  return (
    whyNoStandIn(approval, { from, to, approvers }) ?? {
      of: of.map((name) => (name === from ? to : name)),
      passedOn: [...passedOn, { from, to, at }],
      happened: [...happened, { type: 'passed_on', at, by: from, approver: to }],
      again: true,
    }
  );
}

/** Whether somebody is asked, was asked, or has decided. */
export const isInvolved = ({ of, decisions, passedOn = [] }: Round, name: string): boolean =>
  of.includes(name) ||
  decisions.some(({ approver }) => approver === name) ||
  passedOn.some(({ from, to }) => from === name || to === name);

/** Whether a limit lets somebody approve: it counts for all that the agent commits within the day. With one, nobody approves what has no value that can be told. */
export function isWithin({ limit }: Approver, { value, total = value }: Measured): boolean {
  if (limit === undefined) return true;
  return value !== undefined && total !== undefined && [value, total].every((each) => new Big(each).lte(limit));
}

const approverOf = (approvers: People, name: string): Approver | undefined =>
  Object.hasOwn(approvers, name) ? approvers[name] : undefined;
