import { valueText } from '../amount.ts';
import type { Asked } from '../asked.ts';
import { type Html, html } from '../html.ts';
import type { Moments } from '../moment.ts';
import { layout, type Visitor } from './layout.ts';

/** Several questions of one tool, to be approved by one press. */
export interface BatchPage {
  readonly visitor: Visitor;
  readonly chosen: readonly Asked[];
  /** Decimal in `currency`. */
  readonly total: string;
  readonly currency: string;
  readonly moments: Moments;
  /** Where the form goes, what it proves, and which rounds it names in which version. */
  readonly form: { readonly action: string; readonly token: string; readonly seen: string };
}

/** The page that asks once more before several are approved: each with its headline and what to look at twice, and the total on the button. */
export function batchPage({ visitor, chosen, total, currency, moments, form }: BatchPage): Html {
  const action = `all ${chosen.length} for ${valueText(currency, total)}`;
  return layout(
    visitor,
    'Approve several',
    html`<h1>Approve ${action}?</h1>
<p>Only what stands here is approved, each for itself. One that changes in the meantime is left as it is.</p>
<ol class="cards">${chosen.map((asked) => line(asked, { base: visitor.base, currency, moments }))}</ol>
<p class="headline">Total: ${valueText(currency, total)}</p>
<form method="post" action="${form.action}" class="decide fields">
<input type="hidden" name="csrf" value="${form.token}">
<input type="hidden" name="seen" value="${form.seen}">
<button class="main">Approve ${action}</button>
</form>
<p><a href="${visitor.base}/">Choose again</a></p>`,
  );
}

const line = (
  { approval, dossier }: Asked,
  { base, currency, moments }: { readonly base: string; readonly currency: string; readonly moments: Moments },
): Html => html`<li>
<a href="${base}/a/${approval.id}"><bdi>${dossier.action}</bdi></a>
<p><bdi>${dossier.headline}</bdi></p>
<p class="remark">Counts as ${valueText(currency, approval.value ?? '0')}. <bdi>${approval.why}</bdi> Decide by ${moments.at(approval.expiresAt)}.</p>
${dossier.differences.map((each) => html`<p class="warning"><strong>Changed since you were asked last: </strong><bdi>${each}</bdi></p>`)}
${dossier.facts
  .filter(({ warning }) => warning)
  .map(
    ({ label, value }) =>
      html`<p class="warning"><strong>Look twice: </strong><bdi>${label}</bdi>: <bdi>${value}</bdi></p>`,
  )}
</li>
`;
