import type { HttpAnswer } from '../service.ts';

/** An HTTP answer; a header with several values is sent once for each. */
export interface Answer extends Omit<HttpAnswer, 'headers'> {
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** What the server does with a request: answers it, or closes the connection without an answer. */
export type Handled = Answer | 'drop';

/** An answer of the local AWS itself, not of one of its services: a problem document. */
export const problemAnswer = (status: number, title: string, detail: string): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: `${JSON.stringify({ title, status, detail })}\n`,
});

/** A JSON answer. */
export const jsonAnswer = (value: unknown, status = 200): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(value)}\n`,
});
