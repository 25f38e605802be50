import type { Approval } from '../../core/approval/approval.ts';
import type { Dossier } from '../../core/approval/dossier.ts';
import { type Html, html } from '../html.ts';
import type { Moments } from '../moment.ts';
import { type Names, passedOn, said } from './decisions.ts';
import { layout, type Visitor } from './layout.ts';

type Words = readonly [heading: string, sentence: string];

const states: Readonly<Record<Exclude<Approval['status'], 'pending'>, Words>> = {
  approved: ['Approved', 'It is checked once more against the system, and then carried out.'],
  refused: ['Refused', 'It is not carried out.'],
  expired: ['Expired', 'Nobody decided in time. It is not carried out.'],
  asked_back: ['Asked back', 'It is not carried out. The agent has the question.'],
  withdrawn: ['Withdrawn', 'It is no longer asked. It is not carried out.'],
};

/** What a question that waits is to the one who looks. */
function waiting({ decisions, passedOn: all = [] }: Approval, viewer: string): Words {
  if (decisions.some(({ approver }) => approver === viewer))
    return ['Your answer is kept', 'Others are asked too; nothing is carried out before enough of them have approved.'];
  if (all.some(({ from }) => from === viewer))
    return ['Passed on', 'Somebody else is asked in your place. You are no longer asked.'];
  return ['Not decided', 'Nothing is carried out before enough people have approved.'];
}

/** A question that is answered: what became of it, who said so and when. There is nothing left to press. */
export const statusPage = (
  visitor: Visitor,
  { approval, dossier }: { readonly approval: Approval; readonly dossier: Dossier },
  {
    viewer,
    names,
    moments,
    remark,
  }: { readonly viewer: string; readonly names: Names; readonly moments: Moments; readonly remark?: string },
): Html => {
  const [heading, sentence] = approval.status === 'pending' ? waiting(approval, viewer) : states[approval.status];
  return layout(
    visitor,
    heading,
    html`<h1>${heading}</h1>
${remark !== undefined && html`<p class="problem" role="alert">${remark}</p>`}
<p class="headline"><bdi>${dossier.action}</bdi></p>
<p>${sentence}</p>
${passedOn(approval, names, moments)}
${said(approval, names, moments)}
<p class="remark">The deadline ${approval.expiresAt > moments.now ? 'is' : 'was'} ${moments.at(approval.expiresAt)}.</p>
<p><a href="${visitor.base}/">My open approvals</a></p>`,
  );
};
