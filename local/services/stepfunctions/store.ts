/** One execution; times are epoch milliseconds, input and output JSON. */
export interface Execution {
  readonly arn: string;
  readonly machineArn: string;
  readonly name: string;
  readonly roleArn: string;
  /** Of the definition with which it started. */
  readonly digest: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly input: string;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly started: number;
  readonly stopped?: number | undefined;
  /** When it has taken too long, while it runs. */
  readonly due?: number | undefined;
}

/**
 * Where a thread stands in its state. `entered`, `scheduled` and `settled` go on by themselves; `started` waits for a function,
 * `callback` for its token, `waiting` and `retrying` for a time, `forked` for its branches, `done` for the other branches.
 */
export type Phase =
  | 'entered'
  | 'scheduled'
  | 'started'
  | 'callback'
  | 'waiting'
  | 'retrying'
  | 'forked'
  | 'settled'
  | 'done';

/** The Parallel states around a thread, outermost first, with the branch taken in each. */
export type Path = readonly (readonly [state: string, branch: number])[];

/** One thread of control of an execution; a Parallel state makes one for each branch. */
export interface Thread {
  readonly id: number;
  readonly execution: string;
  readonly parent: number | undefined;
  readonly branch: number;
  readonly path: Path;
  readonly state: string;
  readonly entered: number;
  /** JSON. */
  readonly input: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** How often each Retrier of the state was used. */
  readonly retries: readonly number[];
  readonly phase: Phase;
  /** Raised by each step, so that of two steps that start from the same place one is taken. */
  readonly version: number;
  /** What the task is called with, JSON. */
  readonly arguments?: string | undefined;
  readonly token?: string | undefined;
  /** JSON of an `Outcome`, or a branch's output once it is done. */
  readonly outcome?: string | undefined;
  readonly deadline?: number | undefined;
  /** Milliseconds between heartbeats. */
  readonly heartbeat?: number | undefined;
  /** When time takes it further. */
  readonly due?: number | undefined;
  /** The number of its last event. */
  readonly lastEvent: number;
}

/** What may change of a thread. */
export type ThreadChanges = Partial<Omit<Thread, 'id' | 'execution' | 'parent' | 'branch' | 'path'>>;

/** One event to come: what happened, after which event of the same thread. */
export interface NewEvent {
  readonly at: number;
  readonly previous: number;
  readonly type: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** A token that was handed out, for good. */
export interface TokenUse {
  readonly thread: number;
  readonly machineArn: string;
  readonly execution: string;
}

/** What time takes further: a thread, or the end of an execution that took too long. */
export type Due = { readonly thread: number } | { readonly execution: string };

/** Where executions are kept: in a database, so that they outlive the process, or in memory. */
export interface Store {
  /** All changes that `work` makes, or none when it throws. */
  transaction<T>(work: () => T): T;
  readonly executions: {
    find(arn: string): Execution | undefined;
    add(execution: Execution): void;
    change(arn: string, changes: Partial<Execution>): void;
    /** Forgets what ended by `stopped` (epoch ms), with its history. */
    forget(stopped: number): void;
  };
  readonly threads: {
    find(id: number): Thread | undefined;
    /** Those of an execution, oldest first. */
    of(execution: string): readonly Thread[];
    in(phases: readonly Phase[]): readonly number[];
    add(thread: Omit<Thread, 'id'>): Thread;
    change(id: number, changes: ThreadChanges): void;
    remove(ids: readonly number[]): void;
  };
  readonly events: {
    /** Answers the event's number, which counts from 1 in each execution. */
    add(execution: string, event: NewEvent): number;
    /** The number of the last one, 0 before the first. */
    last(execution: string): number;
    /** The number of the last one of a type that names a state. */
    lastOf(execution: string, type: string, name: string): number;
  };
  readonly tokens: {
    add(token: string, use: TokenUse): void;
    find(token: string): TokenUse | undefined;
  };
  readonly timetable: {
    /** The earliest time (epoch ms) at which something is due, if anything is. */
    earliest(): number | undefined;
    /** Everything that is due by `now`, earliest first. */
    until(now: number): readonly Due[];
  };
}
