import { Secret, TOTP } from 'otpauth';

/** A second factor that was just made. */
export interface Enrolment {
  /** Base32. */
  readonly secret: string;
  /** `otpauth://…`: what an authenticator takes in, shown once. */
  readonly uri: string;
}

/** Makes a second factor of 160 random bits for an approver of a stage. */
export function enrolmentOf(approver: string, stage: string): Enrolment {
  const secret = new Secret({ size: 20 });
  const uri = new TOTP({ issuer: `Countersign ${stage}`, label: approver, secret }).toString();
  return { secret: secret.base32, uri };
}
