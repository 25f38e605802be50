import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { build } from './build.ts';

const root = resolve(import.meta.dirname, '..');

/** Programs of node_modules, run by this Node: what a shell would find may be another one. */
const programs = {
  tsc: 'typescript/bin/tsc',
  biome: '@biomejs/biome/bin/biome',
  depcruise: 'dependency-cruiser/bin/dependency-cruise.mjs',
  knip: 'knip/bin/knip.js',
  vitest: 'vitest/vitest.mjs',
} as const;

type Command = readonly [program: keyof typeof programs, ...args: readonly string[]];

/** What is checked without running the product, beside the tests. */
const staticChecks: Readonly<Record<string, Command>> = {
  types: ['tsc'],
  lint: ['biome', 'check', '.'],
  layers: ['depcruise', '--config', '.dependency-cruiser.cjs', ...readdirSync(root).filter(isOurs)],
  unused: ['knip'],
};

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

/** Answers a program's exit code and, unless the terminal has it already, what it said. */
function run([program, ...args]: Command, quiet: boolean): Promise<{ code: number; said: string }> {
  const output = quiet ? 'pipe' : 'inherit';
  const child = spawn(process.execPath, [join(root, 'node_modules', programs[program]), ...args], {
    cwd: root,
    stdio: ['ignore', output, output],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk));
  return new Promise((settle) => {
    child.on('error', (error) => settle({ code: 1, said: error.message }));
    child.on('close', (code) => settle({ code: code ?? 1, said }));
  });
}

/** One after the other: the tests run at the same time and need the other core. What they say comes after the tests. */
async function runStaticChecks(): Promise<Outcome & { readonly said: readonly string[] }> {
  const said: string[] = [];
  let passed = 0;
  for (const [name, command] of Object.entries(staticChecks)) {
    const from = performance.now();
    const answer = await run(command, true);
    const seconds = ((performance.now() - from) / 1000).toFixed(1);
    said.push(answer.code === 0 ? `${name}: passed (${seconds} s)` : `${name}: FAILED (${seconds} s)\n${answer.said}`);
    if (answer.code === 0) passed++;
  }
  return { said, passed, failed: said.length - passed };
}

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

async function runTests(names: readonly string[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-tests-'));
  const file = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { code } = await run(['vitest', 'run', ...reporters, ...names], false);
  try {
    const { numPassedTests, numFailedTests, testResults } = report.parse(JSON.parse(readFileSync(file, 'utf8')));
    // A file that cannot even be loaded has no failed test in it.
    const broken = testResults.filter((each) => each.status === 'failed' && each.assertionResults.length === 0);
    const failed = numFailedTests + broken.length;
    return { passed: numPassedTests, failed: code === 0 ? failed : Math.max(failed, 1) };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runBuild(): Promise<Outcome> {
  try {
    await build();
    return { passed: 1, failed: 0 };
  } catch (error) {
    console.error(`build: FAILED\n${error instanceof Error ? error.message : error}`);
    return { passed: 0, failed: 1 };
  }
}

/** Folders and files that hold sources. */
function isOurs(name: string): boolean {
  return /^(bin|lib|functions|connectors|contracts|statemachines|local|test|examples|countersign\.config\.ts)$/.test(
    name,
  );
}

/** `npm test -- NAME…` runs the tests whose paths contain a name, and no other check. */
async function main(names: readonly string[]): Promise<void> {
  const nothing = { passed: 0, failed: 0, said: [] };
  const built = await runBuild();
  const [tests, checks] = await Promise.all([runTests(names), names.length === 0 ? runStaticChecks() : nothing]);
  for (const each of checks.said) console.log(each);
  const outcomes = [built, tests, checks];
  const sum = (key: keyof Outcome) => outcomes.reduce((total, each) => total + each[key], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}

await main(process.argv.slice(2));
