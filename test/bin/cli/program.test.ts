import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { exitCodeHelp } from '../../../bin/cli/exit-codes.ts';
import { processHost } from '../../../bin/cli/host.ts';
import { programOf } from '../../../bin/cli/program.ts';
import { adminView, entry } from './shapes.ts';
import { cliIn, stackWith } from './stack.ts';

const root = resolve(import.meta.dirname, '../../..');
const program = join(root, 'bin', 'countersign.ts');
const program0 = programOf({ host: processHost(), ending: { exitCode: 0 } });
const leaves = (command: Command): Command[] =>
  command.commands.flatMap((inner) => [
    ...(inner.commands.length > 0 ? leaves(inner) : []),
    ...(isRunnable(inner) ? [inner] : []),
  ]);
const isRunnable = (command: Command) => command.commands.length === 0 || command.name() === 'tools';
const nameOf = (command: Command): string =>
  command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
const commands = leaves(program0).map((command) => [nameOf(command)] as const);

it('has the commands that are promised', () => {
  expect(commands.flat().sort()).toEqual(
    [
      ...['tools', 'tools show', 'call', 'env', 'snippet', 'logs', 'reset', 'journal tail', 'systems status'],
      ...[
        'systems pause',
        'systems resume',
        'systems check',
        'operations list',
        'operations get',
        'operations explain',
        'operations reconcile',
      ],
      ...['dead list', 'dead show', 'dead redrive', 'dead edit', 'dead confirm', 'dead discard'],
      ...['review list', 'review show', 'review claim', 'review resolve', 'review confirm'],
      ...['sagas list', 'sagas show', 'sagas retry', 'sagas done', 'sagas confirm', 'sagas undo', 'sagas diagram'],
      ...['approvals list', 'approvals show', 'approvals withdraw', 'approvals remind'],
      ...['approvers list', 'approvers enrol', 'approvers absence'],
    ].sort(),
  );
});

it.each(commands)('%s has help with examples, the common options and the exit codes', async (name) => {
  const { code, out } = await cliIn(tmpdir(), ...name.split(' '), '--help');
  expect(code).toBe(0);
  expect(out).toContain(`$ npx countersign ${name}`);
  for (const option of ['--json', '--state', '--outputs']) expect(out).toContain(option);
  for (const [exit, meaning] of exitCodeHelp) expect(out).toContain(`${exit}  ${meaning}`);
});

it('documents every command, every option and every exit code', () => {
  const text = readFileSync(join(root, 'docs', 'cli.md'), 'utf8');
  for (const command of leaves(program0)) {
    expect(text).toContain(`\`${nameOf(command)}`);
    for (const { long } of command.options) expect(text).toContain(long);
  }
  for (const { long } of program0.options) expect(text).toContain(long);
  for (const [exit, meaning] of exitCodeHelp) expect(text).toContain(`| ${exit} | ${meaning} |`);
});

it.each([
  [['tols'], 'Did you mean tools?'],
  [['call'], "missing required argument 'tool'"],
  [['operations', 'get', 'a', 'b'], 'too many arguments'],
  [['tools', '--nonsense'], "unknown option '--nonsense'"],
])('refuses %j with exit code 2 and says what is wrong', async (argv, message) => {
  const { code, out, err } = await cliIn(tmpdir(), ...argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

it('reports a wrong command as JSON too', async () => {
  const { code, out } = await cliIn(tmpdir(), 'tools', '--nonsense', '--json');
  expect(code).toBe(2);
  expect(JSON.parse(out)).toMatchObject({ error: { exitCode: 2 } });
});

it('runs as a process: exit code, no colours into a pipe, no keys in the way', async () => {
  const stack = await stackWith({ 'GET /v1/admin/systems': () => ({ body: { systems: [] } }) });
  const started = spawn(process.execPath, [program, 'systems', 'status'], { cwd: stack.directory });
  let out = '';
  started.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const [code] = await once(started, 'close');
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^SYSTEM {2}KIND {2}TOOLS .*STATE\n$/) });
  await stack.close();
});

it('ends quietly when the reader of its output goes away', async () => {
  const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${program}" --help | head -1`], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

it('ends a followed journal at Ctrl-C with 0', async () => {
  const at = Date.now();
  const stack = await stackWith({ 'GET /v1/admin/journal': () => ({ body: { entries: [entry({ at })] } }) });
  const started = spawn(process.execPath, [program, 'journal', 'tail', '-f'], { cwd: stack.directory });
  await once(started.stdout, 'data');
  started.kill('SIGINT');
  started.kill('SIGINT');
  expect(await once(started, 'close')).toEqual([0, null]);
  await stack.close();
});

it('ends any other command at Ctrl-C as the system does', async () => {
  const asked = Promise.withResolvers<void>();
  const stack = await stackWith({
    'GET /v1/operations/op-1': () => {
      asked.resolve();
      return { body: adminView({ state: 'unknown' }) };
    },
  });
  const started = spawn(process.execPath, [program, 'operations', 'get', 'op-1', '--wait', '60'], {
    cwd: stack.directory,
  });
  await asked.promise;
  started.kill('SIGINT');
  expect(await once(started, 'close')).toEqual([null, 'SIGINT']);
  await stack.close();
});
