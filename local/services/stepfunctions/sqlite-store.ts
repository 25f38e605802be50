import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { transaction } from '../../transaction.ts';
import { type Row, toColumns, toExecution, toThread } from './rows.ts';
import type { Store } from './store.ts';

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

/** Executions in a database, as the engine and as the actions that read them see them. */
export interface SqliteStore extends Store {
  /** The statement of a text, prepared once. */
  sql(text: string): StatementSync;
}

/** Opens the executions of a database. */
export const openSqliteStore = (database: DatabaseSync): SqliteStore => {
  database.exec(SCHEMA);
  const statements = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const statement = statements.get(text) ?? database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  return {
    sql,
    transaction: (work) => transaction(database, work),
    executions: executionsIn(sql),
    threads: threadsIn(sql),
    events: eventsIn(sql),
    tokens: tokensIn(sql),
    timetable: timetableIn(sql),
  };
};

type Sql = SqliteStore['sql'];

/** Names of tables and columns come from the code alone. */
const insert = (sql: Sql, table: string, members: object): Row | undefined => {
  const columns = toColumns(members);
  const names = Object.keys(columns);
  const places = names.map(() => '?').join(', ');
  return sql(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places}) RETURNING *`).get(
    ...Object.values(columns),
  );
};

const update = (sql: Sql, table: string, [key, id]: readonly [string, SQLInputValue], members: object): void => {
  const columns = toColumns(members);
  const assignments = Object.keys(columns).map((name) => `${name} = ?`);
  sql(`UPDATE ${table} SET ${assignments.join(', ')} WHERE ${key} = ?`).run(...Object.values(columns), id);
};

const executionsIn = (sql: Sql): Store['executions'] => ({
  find(arn) {
    const row = sql('SELECT * FROM stepfunctions_execution WHERE arn = ?').get(arn);
    return row && toExecution(row);
  },
  add: (execution) => void insert(sql, 'stepfunctions_execution', execution),
  change: (arn, changes) => update(sql, 'stepfunctions_execution', ['arn', arn], changes),
  forget: (stopped) => void sql('DELETE FROM stepfunctions_execution WHERE stopped <= ?').run(stopped),
});

const threadsIn = (sql: Sql): Store['threads'] => ({
  find(id) {
    const row = sql('SELECT * FROM stepfunctions_thread WHERE id = ?').get(id);
    return row && toThread(row);
  },
  of: (execution) =>
    sql('SELECT * FROM stepfunctions_thread WHERE execution = ? ORDER BY id').all(execution).map(toThread),
  in: (phases) =>
    sql('SELECT id FROM stepfunctions_thread WHERE phase IN (SELECT value FROM json_each(?)) ORDER BY id')
      .all(JSON.stringify(phases))
      .map(({ id }) => Number(id)),
  add: (thread) => toThread(insert(sql, 'stepfunctions_thread', thread) ?? {}),
  change: (id, changes) => update(sql, 'stepfunctions_thread', ['id', id], changes),
  remove(ids) {
    sql('DELETE FROM stepfunctions_thread WHERE id IN (SELECT value FROM json_each(?))').run(JSON.stringify(ids));
  },
});

const eventsIn = (sql: Sql): Store['events'] => ({
  add(execution, { at, previous, type, details = {} }) {
    const row = sql(
      `INSERT INTO stepfunctions_event (execution, id, previous, at, type, details)
       SELECT :execution, coalesce(max(id), 0) + 1, :previous, :at, :type, :details
       FROM stepfunctions_event WHERE execution = :execution RETURNING id`,
    ).get({ execution, previous, at, type, details: JSON.stringify(details) });
    return Number(row?.['id']);
  },
  last: (execution) =>
    Number(sql('SELECT max(id) AS id FROM stepfunctions_event WHERE execution = ?').get(execution)?.['id'] ?? 0),
  lastOf: (execution, type, name) =>
    Number(
      sql(
        `SELECT max(id) AS id FROM stepfunctions_event
         WHERE execution = ? AND type = ? AND json_extract(details, '$.name') = ?`,
      ).get(execution, type, name)?.['id'] ?? 0,
    ),
});

const tokensIn = (sql: Sql): Store['tokens'] => ({
  add: (token, { thread, machineArn, execution }) =>
    void insert(sql, 'stepfunctions_token', { token, thread, machineArn, execution }),
  find(token) {
    const row = sql('SELECT * FROM stepfunctions_token WHERE token = ?').get(token);
    if (!row) return undefined;
    return {
      thread: Number(row['thread']),
      machineArn: String(row['machine_arn']),
      execution: String(row['execution']),
    };
  },
});

const timetableIn = (sql: Sql): Store['timetable'] => ({
  earliest() {
    const row = sql(
      `SELECT min(due) AS due FROM (
         SELECT min(due) AS due FROM stepfunctions_thread WHERE due IS NOT NULL
         UNION ALL SELECT min(due) FROM stepfunctions_execution WHERE due IS NOT NULL)`,
    ).get();
    return typeof row?.['due'] === 'number' ? row['due'] : undefined;
  },
  until: (now) =>
    sql(
      `SELECT due, id, NULL AS arn FROM stepfunctions_thread WHERE due <= :now
       UNION ALL SELECT due, NULL, arn FROM stepfunctions_execution WHERE due <= :now ORDER BY due`,
    )
      .all({ now })
      .map(({ id, arn }) => (typeof id === 'number' ? { thread: id } : { execution: String(arn) })),
});
