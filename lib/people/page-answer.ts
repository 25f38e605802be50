import { type Html, textOf } from './html.ts';
import type { PageAnswer } from './page-request.ts';

/** What stands in every answer: nothing is run, embedded, kept, or told to others. */
const careful = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** A page. */
export const page = (status: number, content: Html, cookies: readonly string[] = []): PageAnswer => ({
  status,
  headers: { ...careful, 'content-type': 'text/html; charset=utf-8' },
  cookies,
  body: textOf(content),
});

/** The way to another page, which the browser asks for by GET. */
export const seeOther = (location: string, cookies: readonly string[] = []): PageAnswer => ({
  status: 303,
  headers: { ...careful, location },
  cookies,
  body: '',
});

/** No page, as for OPTIONS and methods that a path does not have. */
export const noPage = (status: number, allow: string): PageAnswer => ({
  status,
  headers: { ...careful, allow },
  cookies: [],
  body: '',
});

/** The style sheet of all pages. */
export const styleSheet = (css: string): PageAnswer => ({
  status: 200,
  headers: { ...careful, 'content-type': 'text/css; charset=utf-8', 'cache-control': 'private, max-age=300' },
  cookies: [],
  body: css,
});
