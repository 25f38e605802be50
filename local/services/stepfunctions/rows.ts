import type { Store } from './store.ts';

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
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly started: number;
  readonly stopped: number | undefined;
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
  readonly arguments: string | undefined;
  readonly token: string | undefined;
  /** JSON of an `Outcome`. */
  readonly outcome: string | undefined;
  readonly deadline: number | undefined;
  /** Milliseconds between heartbeats. */
  readonly heartbeat: number | undefined;
  /** When time takes it further. */
  readonly due: number | undefined;
  /** The number of its last event. */
  readonly lastEvent: number;
}

type Row = Readonly<Record<string, unknown>>;

const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const optionalNumber = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** An execution as its row has it. */
export const toExecution = (row: Row): Execution => ({
  arn: String(row['arn']),
  machineArn: String(row['machine_arn']),
  name: String(row['name']),
  roleArn: String(row['role_arn']),
  digest: String(row['definition']),
  status: String(row['status']) as Execution['status'],
  input: String(row['input']),
  output: optionalText(row['output']),
  error: optionalText(row['error']),
  cause: optionalText(row['cause']),
  started: Number(row['started']),
  stopped: optionalNumber(row['stopped']),
});

const toThread = (row: Row): Thread => ({
  id: Number(row['id']),
  execution: String(row['execution']),
  parent: optionalNumber(row['parent']),
  branch: Number(row['branch']),
  path: JSON.parse(String(row['path'])),
  state: String(row['state']),
  entered: Number(row['entered']),
  input: String(row['input']),
  variables: JSON.parse(String(row['variables'])),
  retries: JSON.parse(String(row['retries'])),
  phase: String(row['phase']) as Phase,
  version: Number(row['version']),
  arguments: optionalText(row['arguments']),
  token: optionalText(row['token']),
  outcome: optionalText(row['outcome']),
  deadline: optionalNumber(row['deadline']),
  heartbeat: optionalNumber(row['heartbeat']),
  due: optionalNumber(row['due']),
  lastEvent: Number(row['last_event']),
});

/** An execution by its ARN, or nothing. */
export const findExecution = ({ sql }: Store, arn: string): Execution | undefined => {
  const row = sql('SELECT * FROM stepfunctions_execution WHERE arn = ?').get(arn);
  return row && toExecution(row);
};

/** A thread by its id, or nothing once it has ended. */
export const findThread = ({ sql }: Store, id: number): Thread | undefined => {
  const row = sql('SELECT * FROM stepfunctions_thread WHERE id = ?').get(id);
  return row && toThread(row);
};

/** The branches of a Parallel state that still run or wait for the others, in order. */
export const branchesOf = ({ sql }: Store, parent: number): readonly Thread[] =>
  sql('SELECT * FROM stepfunctions_thread WHERE parent = ? ORDER BY branch').all(parent).map(toThread);
