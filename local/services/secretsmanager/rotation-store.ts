import { type SecretStore, stagesByVersion } from './store.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS secretsmanager_rotation (
  arn TEXT PRIMARY KEY,
  function TEXT NOT NULL,
  days INTEGER NOT NULL,
  due INTEGER NOT NULL,
  last INTEGER
) STRICT;
`;

/** When a secret is rotated, and by which function; times are epoch milliseconds. */
export interface RotationPlan {
  /** Of the secret. */
  readonly arn: string;
  /** ARN of the function. */
  readonly function: string;
  readonly days: number;
  readonly due: number;
  readonly last: number | undefined;
}

/** Plans in the database, which outlive the process. */
export interface RotationPlans {
  all(): readonly RotationPlan[];
  find(arn: string): RotationPlan | undefined;
  /** A new plan, or an existing one with another function or period. */
  save(plan: Pick<RotationPlan, 'arn' | 'function' | 'days' | 'due'>): void;
  setDue(arn: string, due: number): void;
  finish(arn: string, times: { readonly due: number; readonly last: number }): void;
}

/** Opens the plans of a database. */
export const openRotationPlans = ({ database, sql }: SecretStore): RotationPlans => {
  database.exec(SCHEMA);
  const toPlan = (row: ReturnType<ReturnType<typeof sql>['all']>[number]): RotationPlan => ({
    arn: String(row['arn']),
    function: String(row['function']),
    days: Number(row['days']),
    due: Number(row['due']),
    last: typeof row['last'] === 'number' ? row['last'] : undefined,
  });
  return {
    all: () => sql('SELECT * FROM secretsmanager_rotation').all().map(toPlan),
    find(arn) {
      const row = sql('SELECT * FROM secretsmanager_rotation WHERE arn = ?').get(arn);
      return row && toPlan(row);
    },
    save: (plan) =>
      void sql(
        `INSERT INTO secretsmanager_rotation (arn, function, days, due) VALUES (?, ?, ?, ?)
         ON CONFLICT (arn) DO UPDATE SET function = excluded.function, days = excluded.days,
           due = CASE WHEN days = excluded.days THEN due ELSE excluded.due END`,
      ).run(plan.arn, plan.function, plan.days, plan.due),
    setDue: (arn, due) => void sql('UPDATE secretsmanager_rotation SET due = ? WHERE arn = ?').run(due, arn),
    finish: (arn, { due, last }) =>
      void sql('UPDATE secretsmanager_rotation SET due = ?, last = ? WHERE arn = ?').run(due, last, arn),
  };
};

/** The version of a rotation that is not complete, if there is one: it has AWSPENDING and is not current. */
export const pendingVersion = (store: SecretStore, arn: string): string | undefined =>
  Object.entries(stagesByVersion(store, arn)).find(
    ([, stages]) => stages.includes('AWSPENDING') && !stages.includes('AWSCURRENT'),
  )?.[0];
