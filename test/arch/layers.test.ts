import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

const root = resolve(import.meta.dirname, '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'countersign-layers-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** The rules that a tree of files breaks: `rule: from -> to`. */
async function broken(files: Readonly<Record<string, string>>): Promise<string[]> {
  const tree = mkdtempSync(join(scratch, 'tree-'));
  for (const name of ['node_modules', 'tsconfig.json', 'package.json', '.dependency-cruiser.cjs'])
    symlinkSync(join(root, name), join(tree, name));
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), contents);
  }
  const roots = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))];
  const cruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [cruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...roots];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: tree }).catch((error) =>
    z.object({ stdout: z.string() }).parse(error),
  );
  return report
    .parse(JSON.parse(stdout))
    .summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`);
}

const nothing = 'export const nothing = 0;';
const uses = (...modules: readonly string[]) =>
  modules.map((module, n) => `import * as used${n} from '${module}';\nexport const use${n} = used${n};`).join('\n');

describe('the layers', () => {
  test('let a tool be made of its kind, contracts, protocols and the core', async () => {
    const files = {
      'connectors/one/tools/get-stock.ts': uses(
        '../one.ts',
        '../../../contracts/get-stock.ts',
        '../../../lib/core/tool.ts',
        '../../../lib/protocols/odata.ts',
      ),
      'connectors/one/one.ts': nothing,
      'contracts/get-stock.ts': uses('zod', '../lib/core/tool.ts'),
      'lib/core/tool.ts': uses('zod', 'node:crypto'),
      'lib/protocols/odata.ts': uses('../core/tool.ts'),
    };
    expect(await broken(files)).toEqual([]);
  });

  test.each([
    [
      'a function carries the CDK, however indirectly',
      'no-cdk-in-functions',
      {
        'functions/tools.ts': uses('../lib/aws/serve.ts'),
        'lib/aws/serve.ts': uses('../constructs/stack.ts'),
        'lib/constructs/stack.ts': uses('aws-cdk-lib'),
      },
    ],
    [
      'a function carries a simulator, however indirectly',
      'no-simulator-in-functions',
      {
        'functions/tools.ts': uses('../countersign.config.ts'),
        'countersign.config.ts': uses('./connectors/one/one.ts'),
        'connectors/one/one.ts': "export const load = () => import('./simulator/main.ts');",
        'connectors/one/simulator/main.ts': nothing,
      },
    ],
    ['the core knows AWS', 'no-aws-in-core', { 'lib/core/store.ts': uses('@aws-sdk/client-dynamodb') }],
    [
      'a contract knows AWS through another file of its own',
      'no-aws-in-core',
      {
        'contracts/get-stock.ts': uses('./store.ts'),
        'contracts/store.ts': uses('@aws-sdk/client-dynamodb'),
      },
    ],
    ['the core knows how it is deployed', 'no-cdk-in-core', { 'lib/core/stack.ts': uses('aws-cdk-lib') }],
    [
      'the product needs the local AWS',
      'no-local-in-product',
      {
        'lib/aws/clock.ts': uses('../../local/clock.ts'),
        'local/clock.ts': nothing,
      },
    ],
    [
      'a connector imports another',
      'no-kind-in-another',
      {
        'connectors/one/one.ts': uses('../two/two.ts'),
        'connectors/two/two.ts': nothing,
      },
    ],
    [
      'synthesis opens a client',
      'no-aws-at-synth',
      {
        'lib/data-stack.ts': uses('./constructs/table.ts'),
        'lib/constructs/table.ts': uses('@aws-sdk/client-dynamodb'),
      },
    ],
    [
      'two files need one another',
      'no-cycles',
      {
        'lib/core/one.ts': uses('./two.ts'),
        'lib/core/two.ts': uses('./one.ts'),
      },
    ],
    ['something is imported that is not there', 'nothing-unresolved', { 'lib/core/one.ts': uses('./two.ts') }],
    ['the core opens a socket', 'not-in-allowed', { 'lib/core/one.ts': uses('node:net') }],
    [
      'a construct reads a contract',
      'not-in-allowed',
      {
        'lib/constructs/one.ts': uses('../../contracts/get-stock.ts'),
        'contracts/get-stock.ts': nothing,
      },
    ],
    [
      'a function holds more than its entry',
      'not-in-allowed',
      {
        'functions/tools.ts': uses('../lib/core/tool.ts'),
        'lib/core/tool.ts': nothing,
      },
    ],
    [
      'a tool reaches into the simulator of its kind',
      'not-in-allowed',
      {
        'connectors/one/tools/get-stock.ts': uses('../simulator/main.ts'),
        'connectors/one/simulator/main.ts': nothing,
      },
    ],
  ] as const)('do not let it pass that %s', async (_, rule, files) => {
    expect((await broken(files)).map((violation) => violation.split(':')[0])).toContain(rule);
  });
});
