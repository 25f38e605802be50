/** What is known of one person's attempts to sign in. */
export interface SignInRecord {
  /** Step of the last code that was used; no code of it or before it is taken again. */
  readonly lastStep: number;
  /** Attempts since the last success. */
  readonly failures: number;
  /** Epoch ms; nothing is tried before. */
  readonly lockedUntil: number;
  /** 0 = there is no record yet. */
  readonly version: number;
}

/** The store of sign-in records; each write is one conditional write. */
export interface SignInRecords {
  get(approver: string): Promise<SignInRecord>;
  /** Applies a change to the version that was seen; undefined when another write came first. */
  change(
    approver: string,
    seen: SignInRecord,
    change: Partial<Omit<SignInRecord, 'version'>> & { readonly expiration?: number },
  ): Promise<SignInRecord | undefined>;
}
