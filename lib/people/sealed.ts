import { createHmac, timingSafeEqual } from 'node:crypto';
import type * as z from 'zod';

/** HMAC-SHA-256 of a text for one purpose, in base64url. */
export const signature = (key: Buffer, purpose: string, text: string): string =>
  createHmac('sha256', key).update(`${purpose}\n${text}`).digest('base64url');

/** Whether a signature is of this text and purpose, to the letter: base64url has several spellings of the same bytes. Tells nothing by its time. */
export function isSignature(given: string, key: Buffer, purpose: string, text: string): boolean {
  const expected = Buffer.from(signature(key, purpose, text));
  const spelt = Buffer.from(given);
  return spelt.length === expected.length && timingSafeEqual(spelt, expected);
}

/** A value that its holder can read and not change: JSON and its signature. */
export function seal(key: Buffer, purpose: string, value: unknown): string {
  const content = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${content}.${signature(key, purpose, content)}`;
}

/** The value that was sealed for this purpose; undefined for anything else. */
export function unseal<S extends z.ZodType>(
  key: Buffer,
  purpose: string,
  { sealed, schema }: { readonly sealed: string; readonly schema: S },
): z.output<S> | undefined {
  const [content, mac, ...more] = sealed.split('.');
  if (content === undefined || mac === undefined || more.length > 0) return undefined;
  if (!isSignature(mac, key, purpose, content)) return undefined;
  return schema.safeParse(JSON.parse(Buffer.from(content, 'base64url').toString('utf8'))).data;
}
