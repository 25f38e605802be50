import type { SQLInputValue } from 'node:sqlite';
import type { Execution, Phase, Thread } from './store.ts';

/** A row as SQLite answers it. */
export type Row = Readonly<Record<string, unknown>>;

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
  due: optionalNumber(row['due']),
});

/** A thread as its row has it. */
export const toThread = (row: Row): Thread => ({
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

const columnOf: Readonly<Record<string, string>> = {
  machineArn: 'machine_arn',
  roleArn: 'role_arn',
  digest: 'definition',
  lastEvent: 'last_event',
};

/** Members as columns with their values: what is absent is NULL, what is no text or number is JSON. */
export const toColumns = (members: object): Readonly<Record<string, SQLInputValue>> =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [columnOf[name] ?? name, toColumn(value)]));

const toColumn = (value: unknown): SQLInputValue => {
  if (value === undefined) return null;
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
};
