import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const bench = (...args: string[]) => spawnSync(process.execPath, ['bench/run.ts', ...args], { encoding: 'utf8' });

test('the bench says what it measures and how to choose', () => {
  const { status, stdout } = bench('--help');
  expect(status).toBe(0);
  for (const word of ['--only', '--json', '--no-bounds', 'bundle-sizes', 'accepted-call'])
    expect(stdout).toContain(word);
});

test('a benchmark that does not exist is refused before anything is measured', () => {
  const { status, stderr } = bench('--only', 'everything');
  expect(status).toBe(1);
  expect(stderr).toContain('everything');
});
