import type { Approval } from '../../core/approval/approval.ts';
import type { EarlierApproval } from '../earlier.ts';
import { type Html, html } from '../html.ts';
import type { Moments } from '../moment.ts';
import { decisionList, type Names } from './decisions.ts';

/** What people said before about the same object. */
export const earlierSection = (
  about: string | undefined,
  earlier: readonly EarlierApproval[],
  { names, moments }: { readonly names: Names; readonly moments: Moments },
): Html | false =>
  about !== undefined &&
  html`<section aria-labelledby="earlier">
<h2 id="earlier">Earlier approvals</h2>
<p class="remark">${earlier.length === 0 ? 'Nobody was asked before about' : 'The last questions about'} <bdi>${about}</bdi>.</p>
${earlier.length > 0 && html`<ul class="cards">${earlier.map((each) => row(each, { names, moments }))}</ul>`}
</section>`;

const row = (
  { headline, status, createdAt, decisions }: EarlierApproval,
  { names, moments }: { readonly names: Names; readonly moments: Moments },
): Html => html`<li>
<p><bdi>${headline}</bdi></p>
<p><strong>${outcomes[status]}</strong> <span class="remark">asked ${moments.at(createdAt)}</span></p>
${decisionList(decisions, names, moments)}
</li>
`;

const outcomes: Readonly<Record<Approval['status'], string>> = {
  pending: 'Not decided yet',
  approved: 'Approved',
  refused: 'Refused',
  expired: 'Expired',
  asked_back: 'Asked back',
  withdrawn: 'Withdrawn',
};
