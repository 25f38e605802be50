import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'countersign-start-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const start = (args: readonly string[], env: Record<string, string> = {}) =>
  new Promise<{ code: number; out: string; err: string }>((done) =>
    execFile(
      process.execPath,
      [join(root, 'bin', 'start.ts'), '--exit', ...args],
      { cwd: root, env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', ...env } },
      (error, out, err) => done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err }),
    ),
  );
const stateOf = (name: string) => join(home, name);
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test('the whole tour is as it should be, and leaves keys for the owner only', async () => {
  const state = stateOf('tour');
  const { code, out } = await start(['--port', '0', '--state', state]);
  expect([code, out.match(/✓/g)?.length, out.match(/✗/g)]).toEqual([0, 22, null]);
  for (const file of filesIn(join(state, 'aws')).filter((name) => /credentials|sqlite$/.test(name)))
    expect([file, (statSync(file).mode & 0o077) === 0 || file.includes('lock')]).toEqual([file, true]);
});

test('a port in use is one sentence, and nothing is left running or announced', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const state = stateOf('port');
  const { code, err } = await start(['--port', String(port), '--state', state]);
  server.close();
  expect([code, err.trim().split('\n').length, existsSync(join(state, 'endpoints.json'))]).toEqual([1, 1, false]);
  expect(err).toContain(String(port));
});

test('a directory that holds something else is neither used nor emptied', async () => {
  const state = stateOf('foreign');
  mkdirSync(state);
  writeFileSync(join(state, 'thesis.txt'), 'years of work');
  for (const flags of [[], ['--fresh']]) {
    const { code, err } = await start(['--port', '0', '--state', state, ...flags]);
    expect([code, err.trim().split('\n').length, readdirSync(state)]).toEqual([1, 1, ['thesis.txt']]);
  }
});

test.each([
  ['a file that is not there', 'nowhere.config.ts', undefined, '--config'],
  [
    'a wrong field',
    'zone.config.ts',
    "export default (stage) => ({ ...sample(stage), timeZone: 'Mars/Olympus' });",
    'timeZone',
  ],
  ['no configuration', 'empty.config.ts', 'export const nothing = sample;', '--config'],
])('a configuration with %s is one sentence that names it', async (_, name, source, named) => {
  const file = join(home, name);
  if (source) writeFileSync(file, `import sample from '${root}/countersign.config.ts';\n${source}\n`);
  const { code, err } = await start(['--port', '0', '--state', stateOf(`config-${name}`), '--config', file]);
  expect([code, err.trim().split('\n').length]).toEqual([1, 1]);
  expect(err).toContain(named);
});

test('a real system is read-only, has no tour, and its credential is in no file', async () => {
  const state = stateOf('sandbox');
  const file = join(home, 'sandbox.config.ts');
  const system =
    "{ ...sample(stage).systems.erp, origins: { api: 'https://s4.example.com', token: 'https://s4.example.com/token' } }";
  writeFileSync(
    file,
    `import sample from '${root}/countersign.config.ts';\nexport default (stage) => ({ ...sample(stage), systems: { ...sample(stage).systems, erp: ${system} } });\n`,
  );
  const options = ['--port', '0', '--state', state, '--config', file];
  const without = await start(options);
  expect([without.code, without.err]).toEqual([1, expect.stringContaining('COUNTERSIGN_ERP_SECRET')]);
  const secret = 'canary-5a1e';
  const { code, out } = await start(options, {
    COUNTERSIGN_ERP_SECRET: JSON.stringify({ clientId: 'c', clientSecret: secret }),
  });
  expect([code, out.includes('✓')]).toEqual([0, false]);
  expect(out).toContain('only read');
  const files = filesIn(state);
  expect(files.filter((name) => readFileSync(name).includes(secret))).toEqual([]);
  const template = readFileSync(files.find((name) => name.endsWith('service.template.json')) ?? '', 'utf8');
  expect(template).not.toContain('erp-write');
});
