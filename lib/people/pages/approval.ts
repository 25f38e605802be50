import type { Approval } from '../../core/approval/approval.ts';
import type { Dossier, Fact } from '../../core/approval/dossier.ts';
import { whyYou } from '../../core/approval/why-you.ts';
import type { EarlierApproval } from '../earlier.ts';
import { type Html, html } from '../html.ts';
import type { Moments } from '../moment.ts';
import { decisionForms, passOnForm } from './decision-forms.ts';
import { type Names, said } from './decisions.ts';
import { earlierSection } from './earlier.ts';
import { layout, type Visitor } from './layout.ts';

/** A question, and to whom it is shown. */
export interface ApprovalPage {
  readonly visitor: Visitor;
  readonly approval: Approval;
  readonly dossier: Dossier;
  readonly moments: Moments;
  readonly names: Names;
  /** The approver who looks. */
  readonly viewer: string;
  /** What people said before about the same object. */
  readonly earlier: readonly EarlierApproval[];
  /** To whom the viewer may pass it on, by name. */
  readonly standIns: readonly string[];
  /** Where the forms go, and what they prove. */
  readonly form: { readonly action: string; readonly token: string };
}

/** The page on which a person decides: first what will happen and why they are asked, below it everything else. */
export function approvalPage(shown: ApprovalPage): Html {
  const { visitor, approval, dossier, moments, names, viewer, form } = shown;
  return layout(
    visitor,
    'Your decision',
    html`<article>
<p class="kicker">Asked by the agent <bdi>${approval.agent}</bdi></p>
<h1><bdi>${dossier.action}</bdi></h1>
<p class="headline"><bdi>${dossier.headline}</bdi></p>
${differences(dossier)}
<p class="why"><strong>Why you are asked: </strong><bdi>${approval.why}</bdi>${whoElse(approval, viewer, names)}</p>
<dl class="facts">
${dossier.facts.map((fact) => factRow(fact, moments))}
</dl>
<dl class="terms">
<div><dt>What happens next</dt><dd><bdi>${dossier.next}</bdi></dd></div>
<div><dt>Can it be undone?</dt><dd><bdi>${dossier.undo}</bdi></dd></div>
<div><dt>Decide by</dt><dd>${moments.at(approval.expiresAt)} (${moments.distance(approval.expiresAt)}); after that it is refused.</dd></div>
</dl>
${decisionForms(dossier.action, form)}
${passOnForm(shown.standIns, form, names)}
${lines(dossier)}
${note(dossier)}
${said(approval, names, moments)}
${earlierSection(approval.about, shown.earlier, { names, moments })}
${checkedAgain(dossier)}
<p class="remark">Asked ${moments.at(approval.createdAt)} for ${approval.tool}, round ${approval.round}.</p>
</article>`,
  );
}

/** How many must approve, who else is asked, and how it came to the one who looks. */
function whoElse(approval: Approval, viewer: string, names: Names): Html {
  const others = approval.of.filter((name) => name !== viewer).map(names);
  return html`${approval.need > 1 && ` ${approval.need} people must approve.`}${others.length > 0 && ` Also asked: ${others.join(', ')}.`} ${whyYou(approval, viewer, names)}`;
}

const factRow = (
  { label, value, untrusted, asOf, warning }: Fact,
  { age }: Moments,
): Html => html`<div${warning && html` class="warning"`}>
<dt><bdi>${label}</bdi>${untrusted && html` <span class="remark">(their words)</span>`}</dt>
<dd>${warning && html`<strong>Look twice: </strong>`}<bdi>${value}</bdi>${asOf !== undefined && html` <span class="remark age">${age(asOf)}</span>`}</dd>
</div>
`;

const differences = ({ differences: all }: Dossier): Html | false =>
  all.length > 0 &&
  html`<section class="warning" aria-labelledby="differences">
<h2 id="differences">Changed since you were asked last</h2>
<ul>${all.map((each) => html`<li><bdi>${each}</bdi></li>`)}</ul>
</section>`;

const lines = ({ lines: rows, lineHeadings }: Dossier): Html | false =>
  rows.length > 0 &&
  html`<section>
<h2 id="lines">Lines</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="lines"><table>
<thead><tr>${lineHeadings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell) => html`<td><bdi>${cell}</bdi></td>`)}</tr>\n`)}</tbody>
</table></div>
</section>`;

const note = ({ note: words }: Dossier): Html | false =>
  words !== undefined &&
  words !== '' &&
  html`<section>
<h2 id="note">The agent's own words</h2>
<p class="remark">Nobody has checked them. Amounts and names above come from fields, not from here.</p>
<blockquote class="note" dir="auto" tabindex="0" role="region" aria-labelledby="note">${words}</blockquote>
</section>`;

const checkedAgain = ({ material }: Dossier): Html | false =>
  Object.keys(material).length > 0 &&
  html`<details>
<summary>What is read again before it happens</summary>
<p>If one of these is different then, you are asked again.</p>
<dl class="terms">${Object.entries(material).map(
    ([name, value]) => html`<div><dt><bdi>${name}</bdi></dt><dd><bdi>${value}</bdi></dd></div>`,
  )}</dl>
</details>`;
