/** One call that a service of the local AWS carried out or refused. `function` is the caller, when it was one. */
export interface LoggedCall {
  readonly sequence: number;
  /** Epoch milliseconds of the local clock. */
  readonly at: number;
  readonly service: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly function?: string;
  /** Of the answer; 0 = a trap closed the connection without one. */
  readonly status: number;
}

/** The latest calls, oldest first. */
export interface CallLog {
  add(call: Omit<LoggedCall, 'sequence'>): void;
  /** The calls after `sequence` that are still kept, and the number of the latest one. */
  since(sequence: number): { readonly latest: number; readonly calls: readonly LoggedCall[] };
}

/** Keeps the latest `limit` calls in memory. */
export const callLog = (limit = 20_000): CallLog => {
  let calls: LoggedCall[] = [];
  let latest = 0;
  return {
    add(call) {
      latest += 1;
      calls.push({ ...call, sequence: latest });
      if (calls.length >= 2 * limit) calls = calls.slice(-limit);
    },
    since: (sequence) => ({ latest, calls: calls.filter((call) => call.sequence > sequence) }),
  };
};
