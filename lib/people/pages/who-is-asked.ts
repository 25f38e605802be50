import type { Approval } from '../../core/approval/approval.ts';
import { type Html, html } from '../html.ts';
import type { Names } from './decisions.ts';

/** How many must approve, who else is asked, and how it came to the one who looks. */
export const whoIsAsked = (approval: Approval, viewer: string, names: Names): Html => {
  const others = approval.of.filter((name) => name !== viewer).map(names);
  return html`${approval.need > 1 && ` ${approval.need} people must approve.`}${others.length > 0 && ` Also asked: ${others.join(', ')}.`}${cameFrom(approval, viewer, names)}`;
};

function cameFrom({ passedOn = [], absent = [] }: Approval, viewer: string, names: Names): string | undefined {
  const origin = passedOn.find(({ to }) => to === viewer);
  if (origin?.absent) return ` You stand in for ${names(origin.from)}, who is absent.`;
  if (origin) return ` ${names(origin.from)} passed it on to you.`;
  return absent.includes(viewer) ? ' You are asked although you are absent: there are too few others.' : undefined;
}
