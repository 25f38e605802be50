import * as z from 'zod';
import { cookie, cookieOf } from './cookie.ts';
import type { PageRequest } from './page-request.ts';
import { isSignature, seal, signature, unseal } from './sealed.ts';

/** One sign-in lasts this long, for any number of decisions. */
const sessionMs = 15 * 60_000;
/** Clocks of two processes may differ by this much. */
const skewMs = 5_000;

const sessionSchema = z.strictObject({
  approver: z.string(),
  /** How the person signed in. */
  method: z.enum(['totp', 'oidc']),
  /** Epoch ms. */
  issuedAt: z.int(),
  id: z.string(),
});

/** Somebody who has signed in. */
export type Session = z.infer<typeof sessionSchema>;

/** The Set-Cookie that begins a session. */
export const beginSession = (key: Buffer, request: PageRequest, session: Session): string =>
  cookie(request, 'countersign', [seal(key, 'session', session), sessionMs / 1000]);

/** The session that the request proves; undefined when there is none, or it is over. */
export function sessionOf(key: Buffer, request: PageRequest, now: number): Session | undefined {
  const sealed = cookieOf(request, 'countersign');
  const session = sealed === undefined ? undefined : unseal(key, 'session', { sealed, schema: sessionSchema });
  if (!session || session.issuedAt > now + skewMs || now >= session.issuedAt + sessionMs) return undefined;
  return session;
}

/** What a form on `path` carries to prove that this session's page made it. */
export const formToken = (key: Buffer, { id }: Session, path: string): string =>
  signature(key, 'form', `${id}\n${path}`);

/** Whether a form on `path` was made by a page of this session. */
export const isFormToken = (given: string, key: Buffer, [{ id }, path]: readonly [Session, string]): boolean =>
  isSignature(given, key, 'form', `${id}\n${path}`);
