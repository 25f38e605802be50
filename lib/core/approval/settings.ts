/** A person who may be asked. */
export interface Approver {
  /** As colleagues know them; stands on pages and in mails. */
  readonly name: string;
  readonly email: string;
  /** Subject at the identity provider; needed where `signIn` is `oidc`. */
  readonly subject?: string;
  /** The most that this person may approve, in the policy's currency. */
  readonly limit?: string;
}

/** Who must approve what is above an amount. */
export interface ApprovalTier {
  /** Amount in the policy's currency; a call that commits more needs this approval. `0` asks for every call. */
  readonly above: string;
  /** How many different people. */
  readonly need: number;
  /** Names of approvers. */
  readonly of: readonly string[];
  /** Hours until the question expires, which refuses it; working hours where the settings have a working time. */
  readonly within: number;
  /** Who is asked too when nobody has settled it after so many hours, or when a mail does not arrive. */
  readonly escalate?: Escalation;
}

/** Who is asked too, and when. */
export interface Escalation {
  /** Hours, fewer than those until the question expires. */
  readonly after: number;
  /** Names of approvers. */
  readonly to: readonly string[];
}

/** When the company works, in its own time zone. */
export interface WorkingTime {
  readonly days: readonly Weekday[];
  /** `HH:MM`, e.g. `08:00` to `17:00`; the end may be `24:00`. */
  readonly from: string;
  readonly to: string;
  /** `YYYY-MM-DD`; days on which nobody works. */
  readonly holidays?: readonly string[];
}

/** A day of the week. */
export type Weekday = (typeof weekdays)[number];
/** The days of the week, Monday first. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** How people sign in to decide. A second factor never travels by mail, so there is no such kind. */
export type SignIn =
  | { readonly kind: 'totp' }
  | { readonly kind: 'oidc'; readonly issuer: string; readonly clientId: string };

/** What one unit of another currency is worth in the policy's, and since which day that is so. */
export interface Rate {
  /** Decimal string. */
  readonly rate: string;
  /** `YYYY-MM-DD` */
  readonly asOf: string;
}

/** What holds for all approvals of a deployment. */
export interface ApprovalSettings {
  /** ISO 4217; thresholds and limits are in it. */
  readonly currency: string;
  /** By other currency; one without a rate falls under the highest tier. */
  readonly rates?: Readonly<Record<string, Rate>>;
  readonly signIn: SignIn;
  /** Sender of mails: an address of a verified identity. */
  readonly mailFrom: string;
  /** With it, deadlines count working hours; without it, all hours. */
  readonly workingTime?: WorkingTime;
  /** Lets people approve several calls of one tool at once, together up to an amount in the policy's currency. Absent = one by one. */
  readonly batch?: { readonly upTo: string };
}

/** What a call needs before it may be carried out. */
export interface Requirement {
  readonly need: number;
  readonly of: readonly string[];
  /** Approvers who must not decide it, whoever asks them: the agent's owner, and who requested it. */
  readonly never: readonly string[];
  /** The rule that asks, in words. */
  readonly why: string;
  /** Hours. */
  readonly within: number;
  readonly escalate?: Escalation;
  /** What the call commits, in the policy's currency; absent without an amount or a rate. */
  readonly value?: string;
  /** What the agent commits within a day towards the same party, this call included; where that is known. */
  readonly total?: string;
  /** The object it is about, e.g. `erp supplier 17300001`. */
  readonly about?: string;
}
