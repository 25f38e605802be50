import type { Approval, Decision } from '../../core/approval/approval.ts';
import { refusals } from '../decision-form.ts';
import { type Html, html } from '../html.ts';
import type { Moments } from '../moment.ts';

/** The name of an approver as colleagues know it. */
export type Names = (approver: string) => string;

const verbs: Readonly<Record<Decision['verdict'], string>> = {
  approve: 'approved',
  refuse: 'refused',
  ask_back: 'asked back',
};

/** Who said what, and when. */
export const said = ({ decisions, need }: Approval, names: Names, moments: Moments): Html | false =>
  decisions.length > 0 &&
  html`<section aria-labelledby="decisions">
<h2 id="decisions">Decisions so far</h2>
<ul class="decisions">${decisions.map(
    ({ approver, verdict, at, reason }) =>
      html`<li><strong>${names(approver)}</strong> ${verbs[verdict]} ${moments.at(at)}${reason !== undefined && html`: <bdi class="words">${wordsOf(reason)}</bdi>`}</li>`,
  )}</ul>
${need > 1 && html`<p class="remark">${need} people must approve.</p>`}
</section>`;

const wordsOf = (reason: string): string => new Map<string, string>(Object.entries(refusals)).get(reason) ?? reason;
