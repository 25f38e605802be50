import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { openState, recordKey } from '../../../lib/simulation/state.ts';

describe('the state of a simulator', () => {
  const directory = mkdtempSync(join(tmpdir(), 'simulation-state-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const record = { entity: 'Order', key: '1', action: 'create', reference: null, digest: 'd' };

  it('keeps records, ledger and settings when it is opened again, records in the order of their keys', () => {
    const state = openState({ directory, version: 'test-1' });
    state.commit([
      { table: 'order', key: recordKey('2'), row: { id: '2' } },
      { table: 'order', key: recordKey('1'), row: { id: '1', open: true } },
      { table: 'order', key: recordKey('3'), row: { id: '3' } },
    ]);
    state.commit([{ table: 'order', key: recordKey('3'), row: null }], { record, at: 0 });
    state.set('seed', '7');
    state.close();
    const again = openState({ directory, version: 'test-1' });
    expect(again.rows('order')).toEqual([{ id: '1', open: true }, { id: '2' }]);
    expect(again.row('order', '3')).toBeUndefined();
    expect(again.ledger()).toEqual([{ sequence: 1, at: '1970-01-01T00:00:00.000Z', ...record }]);
    expect([again.setting('seed'), again.setting('other')]).toEqual(['7', undefined]);
    again.close();
  });

  it('refuses a directory that another version wrote, in one sentence', () => {
    expect(() => openState({ directory, version: 'test-2' })).toThrow(/written by test-1, this is test-2/);
  });

  it('has a ledger that nobody can change or shorten', () => {
    const database = new DatabaseSync(join(directory, 'simulator.sqlite'));
    expect(() => database.exec("UPDATE ledger SET key = '2'")).toThrow(/append only/);
    expect(() => database.exec('DELETE FROM ledger')).toThrow(/append only/);
    database.close();
  });

  it('commits all of an effect or nothing of it', () => {
    const state = openState({ directory: undefined, version: 'test-1' });
    const broken = { ...record, digest: Object(null) };
    expect(() => state.commit([{ table: 'order', key: '1', row: {} }], { record: broken, at: 0 })).toThrow();
    expect([state.rows('order'), state.ledger()]).toEqual([[], []]);
    state.close();
  });
});
