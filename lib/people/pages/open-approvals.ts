import type { Approval } from '../../core/approval/approval.ts';
import type { Dossier } from '../../core/approval/dossier.ts';
import { type Html, html } from '../html.ts';
import type { Moments } from '../moment.ts';
import { layout, type Visitor } from './layout.ts';

/** What waits for the person who looks, the nearest deadline first. */
export const openApprovalsPage = (
  visitor: Visitor,
  waiting: readonly { readonly approval: Approval; readonly dossier: Dossier }[],
  moments: Moments,
): Html =>
  layout(
    visitor,
    'My open approvals',
    html`<h1>My open approvals</h1>
${
  waiting.length === 0
    ? html`<p>Nothing waits for you.</p>`
    : html`<ul class="cards">${waiting
        .toSorted((a, b) => a.approval.expiresAt - b.approval.expiresAt)
        .map(
          ({ approval, dossier }) => html`<li>
<a href="${visitor.base}/a/${approval.id}"><bdi>${dossier.action}</bdi></a>
<p><bdi>${dossier.headline}</bdi></p>
<p class="remark">Decide by ${moments.at(approval.expiresAt)} (${moments.distance(approval.expiresAt)})</p>
</li>`,
        )}</ul>`
}`,
  );
