import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openState } from '../../../local/state.ts';
import { cliIn } from './stack.ts';

let directory: string;
let state: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'countersign-reset-'));
  state = join(directory, '.countersign');
  mkdirSync(join(state, 'systems', 'erp'), { recursive: true });
  openState(join(state, 'aws')).close();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('deletes the state of a stack that is not running, and nothing else', async () => {
  writeFileSync(join(directory, 'mine.txt'), '');
  const { code, out } = await cliIn(directory, 'reset');
  expect({ code, out }).toEqual({ code: 0, out: `Deleted ${state}.\n` });
  expect(existsSync(state)).toBe(false);
  expect(existsSync(join(directory, 'mine.txt'))).toBe(true);
});

it('has nothing to do where there is no state', async () => {
  const { code, out } = await cliIn(directory, 'reset', '--state', 'other', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ directory: join(directory, 'other'), deleted: false });
});

it('refuses while a stack runs on it', async () => {
  const running = openState(join(state, 'aws'));
  try {
    const { code, err } = await cliIn(directory, 'reset');
    expect(code).toBe(1);
    expect(err).toContain('A stack is running');
    expect(existsSync(state)).toBe(true);
  } finally {
    running.close();
  }
});

it('refuses a directory of something else', async () => {
  writeFileSync(join(state, 'package.json'), '{}');
  expect((await cliIn(directory, 'reset')).err).toContain('it holds package.json');
  mkdirSync(join(directory, 'photos'));
  expect((await cliIn(directory, 'reset', '--state', 'photos')).code).toBe(2);
  expect((await cliIn(join(state, 'systems'), 'reset', '--state', '..')).err).toContain('the current directory');
  symlinkSync(state, join(directory, 'link'));
  expect((await cliIn(directory, 'reset', '--state', 'link')).err).toContain('it is no directory');
  expect(existsSync(join(state, 'aws', 'version'))).toBe(true);
});

it('deletes nothing of a deployment', async () => {
  expect((await cliIn(directory, 'reset', '--outputs', 'cdk-outputs.json')).code).toBe(2);
  expect(existsSync(state)).toBe(true);
});
