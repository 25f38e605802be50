import type { DatabaseSync } from 'node:sqlite';

/** Runs `work` as one transaction: all of its changes are durable when this returns, none is when it throws. `work` never awaits. */
export const transaction = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};
