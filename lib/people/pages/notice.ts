import { type Html, html } from '../html.ts';
import { layout, type Visitor } from './layout.ts';

/** A page of a heading and a few sentences. */
export const noticePage = (visitor: Visitor, title: string, sentences: readonly string[]): Html =>
  layout(
    visitor,
    title,
    html`<h1>${title}</h1>
${sentences.map((sentence) => html`<p>${sentence}</p>\n`)}
<p><a href="${visitor.base}/">My open approvals</a></p>`,
  );

/** The same for every link that is nobody's, somebody else's, or damaged. */
export const nothingHere = (visitor: Visitor): Html =>
  noticePage(visitor, 'Nothing here for you', [
    'This link is not one that you were sent, or it is not complete.',
    'Open it from the mail again, and sign in as the person whom the mail was sent to.',
  ]);
