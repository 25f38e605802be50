import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Built, build } from '../../bin/build.ts';

const root = resolve(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'countersign-build-'));
const out = join(folder, 'functions');
let built: Built;

beforeAll(async () => {
  built = await build({ out });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entries = readdirSync(join(root, 'functions')).map((file) => file.replace(/\.ts$/, ''));
const digests = (from: string) =>
  entries.map((entry) =>
    createHash('sha256')
      .update(readFileSync(join(from, entry, 'index.cjs')))
      .digest('hex'),
  );

describe('the build', () => {
  test('makes one file for each function, and nothing beside it', () => {
    expect(readdirSync(out).sort()).toEqual([...entries].sort());
    for (const entry of entries) expect(readdirSync(join(out, entry))).toEqual(['index.cjs']);
  });

  test('makes the same bytes again, so that nothing is deployed that did not change', async () => {
    const again = join(folder, 'again');
    await build({ out: again });
    expect(digests(again)).toEqual(digests(out));
  });

  test('keeps the CDK, simulators and the local AWS out of functions', () => {
    const inputs = Object.values(built.metafile.outputs).flatMap((output) => Object.keys(output.inputs));
    expect(inputs.filter((path) => /aws-cdk-lib|\/simulator\/|lib\/simulation|^local\//.test(path))).toEqual([]);
  });

  test('leaves to the runtime nothing that a function loads as it starts', () => {
    const outside = Object.values(built.metafile.outputs).flatMap(({ imports }) => imports);
    const required = outside.filter(({ kind, path }) => kind !== 'dynamic-import' && !path.startsWith('node:'));
    expect(required).toEqual([]);
  });

  test('tells the sizes, and what a function of the tools starts with stays small', () => {
    expect(Object.keys(built.sizes).sort()).toEqual([...entries].sort());
    expect(built.started['tools']).toBeLessThanOrEqual(450 * 1024);
  });

  test('puts another configuration into the functions on request', async () => {
    const config = join(folder, 'other.config.ts');
    writeFileSync(
      config,
      readFileSync(join(root, 'countersign.config.ts'), 'utf8')
        .replaceAll("'./", `'${root}/`)
        .replace('buyer-agent', 'other-agent'),
    );
    const other = join(folder, 'other');
    await build({ out: other, config });
    expect(readFileSync(join(other, 'catalogue', 'index.cjs'), 'utf8')).toContain('other-agent');
    expect(readFileSync(join(out, 'catalogue', 'index.cjs'), 'utf8')).not.toContain('other-agent');
  });
});

describe('a built function', () => {
  test('signs with the credentials that Lambda puts into the environment', async () => {
    const { stdout, calls } = await repairAgainst([{ status: 200, body: nothing }]);
    expect(stdout).toContain('{"repaired":0}');
    expect(calls[0]?.headers['authorization']).toContain('Credential=ASIAEXAMPLE/');
    expect(calls[0]?.headers['x-amz-security-token']).toBe('token');
  });

  test('tries again when it is throttled', async () => {
    const { stdout, calls } = await repairAgainst([
      { status: 400, body: refusal('ProvisionedThroughputExceededException') },
      { status: 200, body: nothing },
    ]);
    expect([stdout.trim(), calls.length]).toEqual(['{"repaired":0}', 2]);
  });

  test('tells by its name an error that has no class in the bundle', async () => {
    const { stdout } = await repairAgainst([{ status: 400, body: refusal('ResourceNotFoundException') }]);
    expect(stdout.trim()).toBe('ResourceNotFoundException: so it is');
  });
});

const nothing = '{"Items":[],"Count":0,"ScannedCount":0}';
const refusal = (name: string) =>
  JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'so it is' });

/** Runs the relay's repair in a process as Lambda does, against a DynamoDB that gives these answers, the last one for good. */
async function repairAgainst(answers: readonly { status: number; body: string }[]) {
  const calls: IncomingMessage[] = [];
  const dynamoDb = createServer((request, response) => {
    calls.push(request);
    const { status, body } = answers[calls.length - 1] ?? answers.at(-1) ?? { status: 500, body: '' };
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(dynamoDb, 'listening');
  const address = dynamoDb.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const relay = JSON.stringify(join(out, 'relay', 'index.cjs'));
  const run = `require(${relay}).handler({ repair: true }).then((answer) => console.log(JSON.stringify(answer)), (error) => console.log(String(error)))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', run], {
    env: {
      STAGE: 'local',
      OPERATIONS_TABLE: 'operations',
      JOURNAL_TABLE: 'journal',
      COORDINATION_TABLE: 'coordination',
      RESULTS_BUCKET: 'results',
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    },
  });
  dynamoDb.close();
  return { stdout, calls };
}
