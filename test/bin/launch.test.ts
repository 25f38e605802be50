import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const scratch = mkdtempSync(join(tmpdir(), 'countersign-launch-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Makes the Node that runs a script say that it is another version. */
const pretend = join(scratch, 'pretend.cjs');
writeFileSync(
  pretend,
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: process.env.PRETENDED } });",
);

/** A checkout with nothing in it but the launcher and scripts that say what they were given. */
function checkout({ withNode }: { readonly withNode: boolean }): string {
  const folder = mkdtempSync(join(scratch, 'checkout-'));
  mkdirSync(join(folder, 'bin'));
  copyFileSync(resolve(import.meta.dirname, '../../bin/launch.cjs'), join(folder, 'bin', 'launch.cjs'));
  const script = (name: string) => `
    if (process.argv.includes('wait')) { process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); }
    else process.exitCode = Number(process.env.EXIT ?? 0);
    console.log(JSON.stringify({ script: '${name}', args: process.argv.slice(2), path: process.env.PATH }));`;
  for (const name of ['start', 'build', 'check', 'app', 'countersign'])
    writeFileSync(join(folder, 'bin', `${name}.ts`), script(name));
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  if (withNode) symlinkSync(process.execPath, join(folder, 'node_modules', '.bin', 'node'));
  return folder;
}

const launch = (folder: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  spawn(process.execPath, ['--require', pretend, join(folder, 'bin', 'launch.cjs'), ...args], {
    env: { ...process.env, PRETENDED: '24.1.0', ...environment },
  });

async function ended(child: ReturnType<typeof launch>) {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

describe('the launcher', () => {
  test.each([
    ['start', ['--exit'], 'start', ['--exit']],
    ['build', [], 'build', []],
    ['test', ['infra'], 'check', ['infra']],
    ['app', [], 'app', []],
    ['call', ['erp_get_stock', '--json'], 'countersign', ['call', 'erp_get_stock', '--json']],
    ['--help', [], 'countersign', ['--help']],
  ])('hands %s over to its script, with the arguments', async (command, args, script, given) => {
    const { stdout } = await ended(launch(checkout({ withNode: false }), [command, ...args]));
    expect(JSON.parse(stdout)).toMatchObject({ script, args: given });
  });

  test('hands everything over to the command line when nothing is asked for', async () => {
    const { stdout } = await ended(launch(checkout({ withNode: false }), []));
    expect(JSON.parse(stdout)).toMatchObject({ script: 'countersign', args: [] });
  });

  test('uses the Node that npm brought along where the own one is too old', async () => {
    const folder = checkout({ withNode: true });
    const { code, stdout } = await ended(launch(folder, ['build'], { PRETENDED: '18.20.0' }));
    expect(code).toBe(0);
    expect(JSON.parse(stdout).path.startsWith(join(folder, 'node_modules', '.bin'))).toBe(true);
  });

  test('says in one sentence what to install where there is none', async () => {
    const { code, stdout, stderr } = await ended(
      launch(checkout({ withNode: false }), ['start'], { PRETENDED: '20.11.1' }),
    );
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Countersign needs Node 24: this is Node 20\.11\.1, .*install Node 24.*\n$/);
  });

  test('ends with the exit code of what it launched', async () => {
    const { code } = await ended(launch(checkout({ withNode: false }), ['start'], { EXIT: '3' }));
    expect(code).toBe(3);
  });

  test('passes signals on and waits until what it launched has ended', async () => {
    const child = launch(checkout({ withNode: false }), ['start', 'wait']);
    const end = ended(child);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect((await end).code).toBe(7);
  });
});
