import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { ServiceError } from '../../service.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS secretsmanager_secret (
  arn TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  properties TEXT NOT NULL,
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS secretsmanager_version (
  arn TEXT NOT NULL,
  version_id TEXT NOT NULL,
  content TEXT NOT NULL,
  created INTEGER NOT NULL,
  by_deploy INTEGER NOT NULL,
  PRIMARY KEY (arn, version_id)
) STRICT;
CREATE TABLE IF NOT EXISTS secretsmanager_stage (
  arn TEXT NOT NULL,
  stage TEXT NOT NULL,
  version_id TEXT NOT NULL,
  PRIMARY KEY (arn, stage)
) STRICT;
`;

/** A secret without its values; times are epoch milliseconds. */
export interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly properties: SecretProperties;
  readonly created: number;
  readonly changed: number;
}

/** What a template says of a secret beside its value. */
export interface SecretProperties {
  readonly Description?: string | undefined;
  readonly KmsKeyId?: string | undefined;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
}

/** What a version holds: exactly one of a text or base64 bytes. */
export type Content = { readonly SecretString: string } | { readonly SecretBinary: string };

/** One version of a secret's value. */
export interface Version {
  readonly id: string;
  readonly content: Content;
  readonly created: number;
  /** Whether a deploy wrote it, not a caller. */
  readonly byDeploy: boolean;
}

/** Secrets in the database. */
export interface SecretStore {
  readonly database: DatabaseSync;
  sql(text: string): StatementSync;
}

/** Opens the secrets of a database. */
export const openSecrets = (database: DatabaseSync): SecretStore => {
  database.exec(SCHEMA);
  const statements = new Map<string, StatementSync>();
  const sql = (text: string): StatementSync => {
    const statement = statements.get(text) ?? database.prepare(text);
    statements.set(text, statement);
    return statement;
  };
  return { database, sql };
};

/** The secret of a name or an ARN (with or without its six random characters), or nothing. */
export const findSecret = (store: SecretStore, id: string): Secret | undefined => {
  const row = store
    .sql('SELECT * FROM secretsmanager_secret WHERE name = :id OR arn = :id OR substr(arn, 1, length(arn) - 7) = :id')
    .get({ id });
  return (
    row && {
      arn: String(row['arn']),
      name: String(row['name']),
      properties: JSON.parse(String(row['properties'])),
      created: Number(row['created']),
      changed: Number(row['changed']),
    }
  );
};

/** The secret that a call names; errors: `ResourceNotFoundException`. */
export const secretOf = (store: SecretStore, id: string): Secret => {
  const secret = findSecret(store, id);
  if (secret) return secret;
  throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
};

/** A version by its id, or nothing. */
export const versionOf = (store: SecretStore, arn: string, id: string): Version | undefined => {
  const row = store.sql('SELECT * FROM secretsmanager_version WHERE arn = ? AND version_id = ?').get(arn, id);
  return (
    row && {
      id,
      content: JSON.parse(String(row['content'])),
      created: Number(row['created']),
      byDeploy: row['by_deploy'] === 1,
    }
  );
};

/** The version that carries a stage, or nothing. */
export const stagedVersion = (store: SecretStore, arn: string, stage: string): Version | undefined => {
  const row = store.sql('SELECT version_id FROM secretsmanager_stage WHERE arn = ? AND stage = ?').get(arn, stage);
  return row && versionOf(store, arn, String(row['version_id']));
};

/** The stages of each version that has any, by version id. */
export const stagesByVersion = (store: SecretStore, arn: string): Readonly<Record<string, readonly string[]>> => {
  const rows = store.sql('SELECT version_id, stage FROM secretsmanager_stage WHERE arn = ? ORDER BY stage').all(arn);
  const grouped = Map.groupBy(rows, (row) => String(row['version_id']));
  return Object.fromEntries([...grouped].map(([id, group]) => [id, group.map(({ stage }) => String(stage))]));
};

/** Gives a stage to a version, which may be one that has no value yet. */
export const moveStage = (store: SecretStore, arn: string, stage: string, versionId: string): void => {
  store.sql('INSERT OR REPLACE INTO secretsmanager_stage VALUES (?, ?, ?)').run(arn, stage, versionId);
};

/** Adds a version in the transaction of the caller and moves the stages to it; what was AWSCURRENT becomes AWSPREVIOUS. */
export const addVersion = (store: SecretStore, arn: string, version: Version, stages: readonly string[]): void => {
  const { id, content, created, byDeploy } = version;
  const current = stagedVersion(store, arn, 'AWSCURRENT');
  store
    .sql('INSERT INTO secretsmanager_version VALUES (?, ?, ?, ?, ?)')
    .run(arn, id, JSON.stringify(content), created, byDeploy ? 1 : 0);
  for (const stage of stages) moveStage(store, arn, stage, id);
  if (current && stages.includes('AWSCURRENT')) moveStage(store, arn, 'AWSPREVIOUS', current.id);
  store.sql('UPDATE secretsmanager_secret SET changed = ? WHERE arn = ?').run(created, arn);
};
