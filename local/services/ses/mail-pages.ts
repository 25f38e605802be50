import { type Answer, jsonAnswer, problemAnswer } from '../../http/answer.ts';
import type { LocalRequest } from '../../http/request.ts';
import type { Mail, Outbox } from './outbox.ts';

/** The outbox for people and tests: `/_local/mail` lists it, `/_local/mail/{id}` shows one, `/_local/mail.json` is all of it; POST `/_local/mail/{id}/bounce` makes one come back. Nothing for another path. */
export const mailPages =
  (outbox: Outbox, { region, bounce }: { readonly region: string; bounce(id: string): void }) =>
  ({ method, path }: Pick<LocalRequest, 'method' | 'path'>): Answer | undefined => {
    if (method === 'GET' && path === '/_local/mail') return page('Mail', listOf(outbox.all()));
    if (method === 'GET' && path === '/_local/mail.json') return jsonAnswer({ mails: outbox.all() });
    const [, id = '', comesBack] = /^\/_local\/mail\/([\w-]+)(\/bounce)?$/.exec(path) ?? [];
    const mail = outbox.find(id);
    if (!mail || method !== (comesBack ? 'POST' : 'GET'))
      return id ? problemAnswer(404, 'Not Found', `There is no mail ${id}.`) : undefined;
    if (!comesBack) return page(mail.subject, readerOf(mail, region));
    bounce(id);
    return jsonAnswer({ bounced: id });
  };

/**
 * The frame with the mail inherits this policy: no script, no remote image, no form, whatever the mail says. Styles are
 * inline, because those of mails are.
 */
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  'frame-src about:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const page = (title: string, body: string): Answer => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    // Not in the policy, which the frame inherits.
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
  },
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`,
});

const style = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 56rem; padding: 1rem; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.8rem 0.4rem 0; border-bottom: 1px solid #ddd; overflow-wrap: anywhere; }
iframe { width: 100%; height: 70vh; border: 1px solid #999; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #ddd; padding: 0.8rem; }
`;

const listOf = (mails: readonly Mail[]): string => {
  const rows = mails.map(
    ({ id, at, from, to, subject, bouncedAt }) => `<tr>
<td>${time(at)}</td>
<td>${escaped(from)}</td>
<td>${escaped(to.join(', '))}</td>
<td><a href="/_local/mail/${id}">${escaped(subject || '(no subject)')}</a>${bouncedAt === undefined ? '' : ' (bounced)'}</td>
</tr>`,
  );
  const table = `<table><thead><tr><th>Sent</th><th>From</th><th>To</th><th>Subject</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>`;
  return `<h1>Mail</h1>\n${mails.length > 0 ? table : '<p>Nothing was sent yet.</p>'}`;
};

const readerOf = (mail: Mail, region: string): string => `<p><a href="/_local/mail">All mail</a></p>
<h1>${escaped(mail.subject || '(no subject)')}</h1>
${mail.bouncedAt === undefined ? '' : `<p><strong>Bounced ${time(mail.bouncedAt)}.</strong></p>`}
<h2>Headers</h2>
<table><tbody>
${headersOf(mail, region)
  .map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`)
  .join('\n')}
</tbody></table>
${mail.html === undefined ? '' : `<h2>HTML</h2>\n${frameOf(mail.html)}`}
${mail.text === undefined ? '' : `<h2>Text</h2>\n<pre>${linked(mail.text)}</pre>`}`;

const headersOf = (mail: Mail, region: string): readonly (readonly [string, string])[] =>
  [
    ['From', mail.from] as const,
    ['To', mail.to.join(', ')] as const,
    ['Cc', mail.cc.join(', ')] as const,
    ['Reply-To', mail.replyTo.join(', ')] as const,
    ['Subject', mail.subject] as const,
    ['Date', new Date(mail.at).toUTCString()] as const,
    ['Message-ID', `<${mail.id}@${region}.amazonses.com>`] as const,
    ...mail.headers.map(({ name, value }) => [name, value] as const),
  ].filter(([, value]) => value !== '');

/** Links open in a new tab, which is no longer in the sandbox; nothing else gets out of it. */
const frameOf = (html: string): string =>
  `<iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escaped(`<base target="_blank">${html}`)}"></iframe>`;

/** A text as programs for mail show it: what looks like a link is one. */
const linked = (text: string): string =>
  text
    .split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]])/)
    .map((part, at) =>
      at % 2
        ? `<a href="${escaped(part)}" target="_blank" rel="noopener noreferrer">${escaped(part)}</a>`
        : escaped(part),
    )
    .join('');

const time = (at: number): string => `<time>${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC</time>`;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
