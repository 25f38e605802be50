import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

const root = resolve(import.meta.dirname, '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'countersign-app-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs a CDK app as the CDK's command line does. */
async function run(app: string, environment: Readonly<Record<string, string>>) {
  const env = { ...process.env, CDK_OUTDIR: join(scratch, 'cdk.out'), ...environment };
  try {
    const { stderr } = await promisify(execFile)(process.execPath, [app], { env });
    return { code: 0, stderr };
  } catch (error) {
    return z.object({ code: z.number(), stderr: z.string() }).parse(error);
  }
}

describe('the CDK app', () => {
  test.each([
    ['STAGE', 'Production!'] as const,
    ['CDK_CONTEXT_JSON', '{"stage":"Production!"}'] as const,
  ])('refuses a stage that is no word in one sentence, from %s', async (variable, value) => {
    expect(await run(join(root, 'bin', 'app.ts'), { [variable]: value })).toEqual({
      code: 1,
      stderr: "stage: 'Production!' is not a lower-case word\n",
    });
  });

  test('says that the functions are not built, and what to run', async () => {
    const checkout = join(scratch, 'checkout');
    mkdirSync(join(checkout, 'bin'), { recursive: true });
    copyFileSync(join(root, 'bin', 'app.ts'), join(checkout, 'bin', 'app.ts'));
    for (const name of ['lib', 'node_modules', 'package.json', 'countersign.config.ts'])
      symlinkSync(join(root, name), join(checkout, name));
    const { code, stderr } = await run(join(checkout, 'bin', 'app.ts'), {});
    expect(code).toBe(1);
    expect(stderr).toBe('dist/functions: the functions are not built; run npm run build first\n');
  });
});
