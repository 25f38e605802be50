import type { Approval } from '../../core/approval/approval.ts';
import type { Dossier } from '../../core/approval/dossier.ts';
import { type Html, html } from '../html.ts';
import type { Moments } from '../moment.ts';
import { type Names, said } from './decisions.ts';
import { layout, type Visitor } from './layout.ts';

const states: Readonly<Record<Approval['status'], readonly [heading: string, sentence: string]>> = {
  pending: ['Your answer is kept', 'Others are asked too; nothing is carried out before enough of them have approved.'],
  approved: ['Approved', 'It is checked once more against the system, and then carried out.'],
  refused: ['Refused', 'It is not carried out.'],
  expired: ['Expired', 'Nobody decided in time. It is not carried out.'],
  asked_back: ['Asked back', 'It is not carried out. The agent has the question.'],
  withdrawn: ['Withdrawn', 'It is no longer asked. It is not carried out.'],
};

/** A question that is answered: what became of it, who said so and when. There is nothing left to press. */
export const statusPage = (
  visitor: Visitor,
  { approval, dossier }: { readonly approval: Approval; readonly dossier: Dossier },
  { names, moments, remark }: { readonly names: Names; readonly moments: Moments; readonly remark?: string },
): Html => {
  const [heading, sentence] = states[approval.status];
  return layout(
    visitor,
    heading,
    html`<h1>${heading}</h1>
${remark !== undefined && html`<p class="problem" role="alert">${remark}</p>`}
<p class="headline"><bdi>${dossier.action}</bdi></p>
<p>${sentence}</p>
${said(approval, names, moments)}
<p class="remark">The deadline ${approval.expiresAt > moments.now ? 'is' : 'was'} ${moments.at(approval.expiresAt)}.</p>
<p><a href="${visitor.base}/">My open approvals</a></p>`,
  );
};
