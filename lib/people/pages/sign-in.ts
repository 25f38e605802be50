import type { SignIn } from '../../core/approval/settings.ts';
import { type Html, html } from '../html.ts';
import { layout, type Visitor } from './layout.ts';

/** What a sign-in page needs to know: nothing of what waits behind it. */
export interface SignInPage {
  readonly visitor: Visitor;
  readonly kind: SignIn['kind'];
  /** Path to go on to, below the base. */
  readonly goTo: string;
  /** What went wrong before. */
  readonly problem?: string | undefined;
}

/** The page that asks who somebody is. */
export const signInPage = ({ visitor, kind, goTo, problem }: SignInPage): Html =>
  layout(
    visitor,
    'Sign in',
    html`<h1>Sign in</h1>
<p>Decisions are made here by people who have signed in. A link from a mail alone shows nothing.</p>
${problem !== undefined && html`<p class="problem" role="alert">${problem}</p>`}
${kind === 'totp' ? codeForm(visitor.base, goTo) : providerLink(visitor.base, goTo)}`,
  );

const codeForm = (base: string, goTo: string): Html => html`<form method="post" action="${base}/sign-in" class="fields">
<input type="hidden" name="return" value="${goTo}">
<label for="approver">Name or e-mail address</label>
<input id="approver" name="approver" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required>
<label for="code">Code of your authenticator</label>
<input id="code" name="code" autocomplete="one-time-code" inputmode="numeric" pattern="[0-9 ]{6,7}" maxlength="7" required aria-describedby="code-form">
<p id="code-form" class="remark">Six digits. Each code works once.</p>
<button class="main">Sign in</button>
</form>`;

const providerLink = (base: string, goTo: string): Html =>
  html`<p><a class="button main" href="${base}/sign-in/oidc?return=${encodeURIComponent(goTo)}">Sign in with your company account</a></p>`;
