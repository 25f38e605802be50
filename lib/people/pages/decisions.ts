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
${decisionList(decisions, names, moments)}
${need > 1 && html`<p class="remark">${need} people must approve.</p>`}
</section>`;

/** Decisions, one a line. */
export const decisionList = (decisions: readonly Decision[], names: Names, moments: Moments): Html | false =>
  decisions.length > 0 &&
  html`<ul class="decisions">${decisions.map(
    ({ approver, verdict, at, reason }) =>
      html`<li><strong>${names(approver)}</strong> ${verbs[verdict]} ${moments.at(at)}${reason !== undefined && html`: <bdi class="words">${wordsOf(reason)}</bdi>`}</li>`,
  )}</ul>`;

/** Who is asked in place of whom, and since when. */
export const passedOn = ({ passedOn: all = [] }: Approval, names: Names, moments: Moments): Html | false =>
  all.length > 0 &&
  html`<ul class="decisions">${all.map(
    ({ from, to, at, absent }) =>
      html`<li>${absent ? html`<strong>${names(to)}</strong> stands in for ${names(from)}, who is absent` : html`<strong>${names(from)}</strong> passed it on to <strong>${names(to)}</strong> ${moments.at(at)}`}</li>`,
  )}</ul>`;

const wordsOf = (reason: string): string => new Map<string, string>(Object.entries(refusals)).get(reason) ?? reason;
