import type { Approval } from './approval.ts';

/** Why it is this person who is asked, in words; undefined for whom the rule itself names. `nameOf` tells how an approver is called. */
export function whyYou(
  { passedOn = [], absent = [], escalation }: Approval,
  approver: string,
  nameOf: (approver: string) => string,
): string | undefined {
  const got = passedOn.find(({ to }) => to === approver);
  if (got?.absent) return `You are asked in place of ${nameOf(got.from)}, who is absent.`;
  if (got) return `${nameOf(got.from)} passed this question on to you.`;
  if (absent.includes(approver)) return 'You are asked although you are absent: without you there would be too few.';
  if (escalation?.done && escalation.to.includes(approver))
    return 'You are asked too, because it was not settled by those who were asked first.';
  return undefined;
}
