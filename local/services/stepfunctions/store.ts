import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS stepfunctions_definition (
  digest TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS stepfunctions_execution (
  arn TEXT PRIMARY KEY,
  machine_arn TEXT NOT NULL,
  name TEXT NOT NULL,
  role_arn TEXT NOT NULL,
  definition TEXT NOT NULL REFERENCES stepfunctions_definition (digest),
  status TEXT NOT NULL,
  input TEXT NOT NULL,
  output TEXT,
  error TEXT,
  cause TEXT,
  started INTEGER NOT NULL,
  stopped INTEGER,
  due INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS stepfunctions_execution_started ON stepfunctions_execution (machine_arn, started);
CREATE INDEX IF NOT EXISTS stepfunctions_execution_due ON stepfunctions_execution (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS stepfunctions_thread (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  execution TEXT NOT NULL REFERENCES stepfunctions_execution (arn) ON DELETE CASCADE,
  parent INTEGER,
  branch INTEGER NOT NULL,
  path TEXT NOT NULL,
  state TEXT NOT NULL,
  entered INTEGER NOT NULL,
  input TEXT NOT NULL,
  variables TEXT NOT NULL,
  retries TEXT NOT NULL,
  phase TEXT NOT NULL,
  version INTEGER NOT NULL,
  arguments TEXT,
  token TEXT,
  outcome TEXT,
  deadline INTEGER,
  heartbeat INTEGER,
  due INTEGER,
  last_event INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS stepfunctions_thread_execution ON stepfunctions_thread (execution);
CREATE INDEX IF NOT EXISTS stepfunctions_thread_parent ON stepfunctions_thread (parent);
CREATE INDEX IF NOT EXISTS stepfunctions_thread_due ON stepfunctions_thread (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS stepfunctions_token (
  token TEXT PRIMARY KEY,
  thread INTEGER NOT NULL,
  machine_arn TEXT NOT NULL,
  execution TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS stepfunctions_event (
  execution TEXT NOT NULL REFERENCES stepfunctions_execution (arn) ON DELETE CASCADE,
  id INTEGER NOT NULL,
  previous INTEGER NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (execution, id)
) STRICT;
`;

/** Executions in the database. */
export interface Store {
  readonly database: DatabaseSync;
  /** The statement of a text, prepared once. */
  sql(text: string): StatementSync;
}

/** Opens the executions of a database. */
export const openStore = (database: DatabaseSync): Store => {
  database.exec(SCHEMA);
  const statements = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const statement = statements.get(text) ?? database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  return { database, sql };
};

/** Sets columns of one row; names of tables and columns come from the code alone. */
export const setColumns = (
  { sql }: Store,
  table: 'stepfunctions_execution' | 'stepfunctions_thread',
  key: readonly [column: 'arn' | 'id', value: SQLInputValue],
  columns: Readonly<Record<string, SQLInputValue>>,
): void => {
  const names = Object.keys(columns);
  const text = `UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE ${key[0]} = ?`;
  sql(text).run(...Object.values(columns), key[1]);
};
