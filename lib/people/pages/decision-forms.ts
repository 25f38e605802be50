import { refusals } from '../decision-form.ts';
import { type Html, html } from '../html.ts';

/** The three answers, each a form of its own that works without any script. */
export const decisionForms = (
  action: string,
  { action: target, token }: { readonly action: string; readonly token: string },
): Html => {
  const start = (verdict: string) => html`<form method="post" action="${target}" class="fields">
<input type="hidden" name="csrf" value="${token}">
<input type="hidden" name="verdict" value="${verdict}">`;
  return html`<section class="decide" aria-label="Your decision">
${start('approve')}
<button class="main">Approve: <bdi>${action}</bdi></button>
</form>
</section>
<details class="other">
<summary>Refuse</summary>
${start('refuse')}
<label for="reason">Reason</label>
<select id="reason" name="reason" required>
<option value="">Choose a reason</option>
${Object.entries(refusals).map(([code, words]) => html`<option value="${code}">${words}</option>\n`)}</select>
<button class="refuse">Refuse: <bdi>${action}</bdi></button>
</form>
</details>
<details class="other">
<summary>Ask back</summary>
${start('ask_back')}
<label for="question">Your question to the agent</label>
<textarea id="question" name="reason" rows="3" maxlength="1000" required aria-describedby="question-effect"></textarea>
<p id="question-effect" class="remark">Nothing is carried out. The agent reads your question and may ask again.</p>
<button>Ask this question</button>
</form>
</details>`;
};
