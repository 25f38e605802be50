import { createHmac } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { SignInRecord, SignInRecords } from './sign-in-record.ts';

const period = 30;
const mostFailures = 5;
const lockMs = 15 * 60_000;
/** A record matters for as long as a lock or a code lasts; a day is more than both. */
const keepSeconds = 86_400;

/** What codes are checked against. */
export interface CodeCheck {
  /** Name -> Base32 secret of the person's authenticator. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly records: SignInRecords;
  /** Epoch ms. */
  now(): number;
  /** Makes what stands in for people who do not exist. */
  readonly key: Buffer;
}

/**
 * Whether the code is the person's of this moment (a step earlier or later counts), and was not used before. Five
 * failures in a row lock for 15 minutes. A name that nobody has takes the same path with a secret that nobody knows.
 */
export async function isCodeOf(
  name: string | undefined,
  { typed, code }: { readonly typed: string; readonly code: string },
  on: CodeCheck,
): Promise<boolean> {
  const secret = secretOf(name, on.secrets);
  const record = name ?? nobody(typed, on.key);
  const attempt = await countAttempt(record, on);
  if (!attempt) return false;
  const step = stepOf(code, secret ?? unknownSecret(record, on.key), on.now());
  if (step === undefined || secret === undefined || step <= attempt.lastStep) return false;
  return useStep(record, { step, attempt }, on);
}

/** Attempts are counted before the code is looked at: a thousand guesses at once are still five. */
async function countAttempt(record: string, { records, now }: CodeCheck): Promise<SignInRecord | undefined> {
  for (let n = 0; n < 2 * mostFailures; n++) {
    const seen = await records.get(record);
    const at = now();
    if (at < seen.lockedUntil) return undefined;
    const failures = (seen.lockedUntil > 0 ? 0 : seen.failures) + 1;
    const lockedUntil = failures >= mostFailures ? at + lockMs : 0;
    const counted = await records.change(record, seen, { failures, lockedUntil, expiration: expirationAt(at) });
    if (counted) return counted;
  }
  return undefined;
}

/** One code signs in once: who writes its step first has used it. */
async function useStep(
  record: string,
  { step, attempt }: { readonly step: number; readonly attempt: SignInRecord },
  { records, now }: CodeCheck,
): Promise<boolean> {
  let seen = attempt;
  for (let n = 0; n < 2 * mostFailures && step > seen.lastStep; n++) {
    const change = { lastStep: step, failures: 0, lockedUntil: 0, expiration: expirationAt(now()) };
    if (await records.change(record, seen, change)) return true;
    seen = await records.get(record);
  }
  return false;
}

const expirationAt = (at: number): number => Math.floor(at / 1000) + keepSeconds;

function stepOf(code: string, secret: Secret, at: number): number | undefined {
  const delta = new TOTP({ secret, period, digits: 6, algorithm: 'SHA1' }).validate({
    // Letters of other scripts have other lengths in bytes, which the library's comparison does not expect.
    token: /^\d{6}$/.test(code) ? code : '',
    window: 1,
    timestamp: at,
  });
  return delta === null ? undefined : Math.floor(at / 1000 / period) + delta;
}

function secretOf(name: string | undefined, secrets: CodeCheck['secrets']): Secret | undefined {
  const text = name !== undefined && Object.hasOwn(secrets, name) ? secrets[name] : undefined;
  // A secret under 16 bytes is no second factor (RFC 4226, 4).
  if (text === undefined || !/^[A-Z2-7]{26,}$/.test(text)) return undefined;
  return Secret.fromBase32(text);
}

const unknownSecret = (record: string, key: Buffer): Secret =>
  Secret.fromHex(createHmac('sha256', key).update(`unknown\n${record}`).digest('hex').slice(0, 40));

/** Records for names that nobody has: few, so that made-up names do not fill the table, and no name spells them. */
const nobody = (typed: string, key: Buffer): string =>
  `~${createHmac('sha256', key).update(`nobody\n${typed}`).digest('hex').slice(0, 3)}`;
