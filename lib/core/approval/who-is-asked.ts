import type { Operation } from '../operation/operation.ts';
import type { Absence } from './absence.ts';
import type { Approval } from './approval.ts';
import { isWithin, whyNoStandIn } from './delegation.ts';
import type { Happening } from './happening.ts';
import type { Approver } from './settings.ts';

/** What asking somebody depends on. */
export interface Whom {
  /** Of the configuration, by name. */
  readonly approvers: Readonly<Record<string, Approver>>;
  /** The absence of somebody who is absent now. */
  absenceOf(approver: string): Promise<Absence | undefined>;
  /** The moment so many hours after another, as the company counts them; epoch ms. */
  hoursAfter(start: number, hours: number): number;
}

type Required = NonNullable<Operation['approval']>;
type Opened = Pick<Approval, 'of' | 'passedOn' | 'absent' | 'happened'>;

/**
 * Whom a round asks, opened at a moment: in place of the absent their stand-ins, who have none in their turn. Where too few
 * are left, the absent are asked nevertheless.
 */
export async function whomToAsk(required: Required, on: Whom, at: number): Promise<Opened> {
  const { need, never, value, total } = required;
  const passedOn: NonNullable<Approval['passedOn']> = [];
  const away: string[] = [];
  let of = required.of;
  for (const from of required.of) {
    const absence = await on.absenceOf(from);
    if (!absence) continue;
    const to = absence.standIn;
    const round = { of, never, value, total, decisions: [], passedOn };
    if (to === undefined || whyNoStandIn(round, { ...on, from, to }) || (await on.absenceOf(to))) away.push(from);
    else {
      of = of.map((name) => (name === from ? to : name));
      passedOn.push({ from, to, at, absent: true });
    }
  }
  const there = of.filter((name) => !away.includes(name));
  const asked = there.length < need ? { of, absent: away } : { of: there };
  const happened = [...passedOn.map(standsIn), ...(asked.absent ?? []).map((approver) => askedThough(approver, at))];
  return { ...asked, ...(passedOn.length > 0 && { passedOn }), ...(happened.length > 0 && { happened }) };
}

/** Who is asked too, and when. Nobody is who must not decide it, or approves nothing of this value. */
export function escalationOf(
  { escalate, never = [], ...measure }: Required,
  on: Whom,
  at: number,
): Approval['escalation'] {
  if (!escalate) return undefined;
  const mayDecide = (name: string): boolean => {
    const approver = Object.hasOwn(on.approvers, name) ? on.approvers[name] : undefined;
    return approver !== undefined && !never.includes(name) && isWithin(approver, measure);
  };
  return { at: on.hoursAfter(at, escalate.after), to: escalate.to.filter(mayDecide) };
}

const standsIn = ({ from, to, at }: { from: string; to: string; at: number }): Happening => ({
  ...{ type: 'passed_on', at, approver: to },
  reason: `${from} is absent`,
});

const askedThough = (approver: string, at: number): Happening => ({ type: 'absent', at, approver });
