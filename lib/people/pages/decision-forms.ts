import { refusals } from '../decision-form.ts';
import { type Html, html } from '../html.ts';
import type { Names } from './decisions.ts';

interface Form {
  readonly action: string;
  readonly token: string;
}

const start = ({ action, token }: Form, verdict: string) => html`<form method="post" action="${action}" class="fields">
<input type="hidden" name="csrf" value="${token}">
<input type="hidden" name="verdict" value="${verdict}">`;

/** The three answers, each a form of its own that works without any script. */
export const decisionForms = (
  action: string,
  form: Form,
): Html => html`<section class="decide" aria-label="Your decision">
${start(form, 'approve')}
<button class="main">Approve: <bdi>${action}</bdi></button>
</form>
</section>
<details class="other">
<summary>Refuse</summary>
${start(form, 'refuse')}
<label for="reason">Reason</label>
<select id="reason" name="reason" required>
<option value="">Choose a reason</option>
${Object.entries(refusals).map(([code, words]) => html`<option value="${code}">${words}</option>\n`)}</select>
<button class="refuse">Refuse: <bdi>${action}</bdi></button>
</form>
</details>
<details class="other">
<summary>Ask back</summary>
${start(form, 'ask_back')}
<label for="question">Your question to the agent</label>
<textarea id="question" name="reason" rows="3" maxlength="1000" required aria-describedby="question-effect"></textarea>
<p id="question-effect" class="remark">Nothing is carried out. The agent reads your question and may ask again.</p>
<button>Ask this question</button>
</form>
</details>`;

/** Has somebody else asked instead; absent where there is nobody to whom it may go. */
export const passOnForm = (standIns: readonly string[], form: Form, names: Names): Html | false =>
  standIns.length > 0 &&
  html`<details class="other">
<summary>Pass on</summary>
${start(form, 'pass_on')}
<label for="to">Who should decide in your place</label>
<select id="to" name="to" required aria-describedby="pass-on-effect">
<option value="">Choose a person</option>
${standIns.map((name) => html`<option value="${name}">${names(name)}</option>\n`)}</select>
<p id="pass-on-effect" class="remark">They get a mail and may not pass it on again. You are no longer asked.</p>
<button>Pass on</button>
</form>
</details>`;
