import { createHmac, timingSafeEqual } from 'node:crypto';
import type * as z from 'zod';

const macOf = (key: Buffer, purpose: string, text: string): Buffer =>
  createHmac('sha256', key).update(`${purpose}\n${text}`).digest();

/** HMAC-SHA-256 of a text for one purpose, in base64url. */
export const signature = (key: Buffer, purpose: string, text: string): string =>
  macOf(key, purpose, text).toString('base64url');

/** Whether a signature is of this text and purpose; tells nothing by its time. */
export function isSignature(given: string, key: Buffer, purpose: string, text: string): boolean {
  const mac = Buffer.from(given, 'base64url');
  const expected = macOf(key, purpose, text);
  return mac.length === expected.length && timingSafeEqual(mac, expected);
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
