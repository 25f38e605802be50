import type { Approvals } from '../core/approval/approval.ts';
import type { ApprovalSettings, Approver, SignIn } from '../core/approval/settings.ts';
import type { CompanySignIn } from './company-sign-in.ts';
import type { EarlierApprovals } from './earlier.ts';
import type { Links } from './link.ts';
import type { SignInRecords } from './sign-in-record.ts';

/** What pages of approvals stand on: the configuration, the stores, and how to wake what waits. */
export interface People {
  readonly approvers: Readonly<Record<string, Approver>>;
  readonly signIn: SignIn;
  /** In which currency amounts are compared, and whether several are approved at once. */
  readonly settings: Pick<ApprovalSettings, 'currency' | 'batch'>;
  /** IANA name. */
  readonly timeZone: string;
  readonly approvals: Approvals;
  readonly earlier: EarlierApprovals;
  readonly links: Pick<Links, 'find'>;
  readonly records: SignInRecords;
  /** What signs sessions, and what people sign in with; `fresh` asks past any cache. Rejects while it is not set. */
  keys(options?: { readonly fresh?: boolean }): Promise<Keys>;
  /** The identity provider, where `signIn` names one. */
  readonly company?: CompanySignIn;
  /** Wakes the execution that waits for a decision; carries none. */
  wake(token: string): Promise<void>;
  /** Epoch ms. */
  now(): number;
  /** A text that nobody guesses. */
  random(): string;
  readonly log: {
    info(message: string, facts: Readonly<Record<string, string>>): void;
    error(message: string, error: unknown, facts?: Readonly<Record<string, string>>): void;
  };
}

/** The secrets of sign-in. */
export interface Keys {
  /** Signs sessions and forms; 32 bytes or more. */
  readonly session: Buffer;
  /** Approver -> Base32 secret of their authenticator. */
  readonly totp: Readonly<Record<string, string>>;
}
