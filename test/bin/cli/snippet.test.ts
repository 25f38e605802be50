import { execFile, spawnSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { type Language, type SnippetCall, snippets } from '../../../bin/cli/snippets.ts';
import { description } from './shapes.ts';
import { problem, type Reply, stackWith } from './stack.ts';

let stack: Awaited<ReturnType<typeof stackWith>>;
afterEach(() => stack.close());

const input = { supplier: 'O\'Neill \\ "Söhne" 🚲', lines: [{ note: 'a\u2028b $HOME `id`' }] };
const path = '/v1/tools/erp_create_purchase_order';
const available: Record<Language, () => boolean> = {
  curl: () =>
    /^curl (7\.(7[5-9]|[89])|[89]|\d\d)/.test(spawnSync('curl', ['--version'], { encoding: 'utf8' }).stdout ?? ''),
  python: () => spawnSync('python3', ['-c', 'import botocore']).status === 0,
  typescript: () => true,
};
const programs: Record<Language, [string, string[]]> = {
  curl: ['sh', ['-s']],
  python: ['python3', ['-']],
  typescript: [process.execPath, ['--input-type=module-typescript', '--disable-warning=ExperimentalWarning', '-']],
};

const serving = async (reply: Reply, tool = description({ examples: [{ input, output: {} }] })) => {
  stack = await stackWith({ 'GET /v1/tools': () => ({ body: { tools: [tool] } }), [`POST ${path}`]: () => reply });
};

/** Runs a text as the program that it claims to be, without any keys in its environment. */
const runs = (language: Language, text: string, env: Record<string, string> = {}) =>
  new Promise<{ status: number; out: string }>((resolve) => {
    const [program, args] = programs[language];
    const options = { env: { PATH: process.env['PATH'], ...env } };
    const child = execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, out: `${stdout}${stderr}` }),
    );
    child.stdin?.end(text);
  });

const languages = (Object.keys(snippets) as Language[]).filter((language) => available[language]());

it.each(languages)('prints %s that runs as printed, signed, with the example and a new key', async (language) => {
  await serving({ body: { status: 'released' } });
  const { code, out } = await stack.cli('snippet', 'erp_create_purchase_order', '--lang', language);
  expect(code).toBe(0);
  const { status, out: answer } = await runs(language, out);
  expect({ status, answer: answer.trim() }).toEqual({ status: 0, answer: '{"status":"released"}' });
  const sent = stack.calls.at(-1);
  expect(sent).toMatchObject({ caller: 'buyer-agent', path });
  expect(JSON.parse(sent?.body ?? '')).toEqual(input);
  expect(sent?.headers['idempotency-key']).toBe('snippet-id-1');
});

it.each(languages)('prints %s that fails when the service refuses', async (language) => {
  await serving(problem('NOT_GRANTED'));
  const { out } = await stack.cli(
    'snippet',
    'erp_create_purchase_order',
    '--lang',
    language,
    '--key',
    'k',
    '--input',
    '{}',
  );
  const { status, out: answer } = await runs(language, out);
  expect(status).not.toBe(0);
  expect(answer).toContain('NOT_GRANTED');
});

it.each(languages)('writes %s for a deployment without any key in it', async (language) => {
  await serving({ body: { status: 'released' } });
  const call: SnippetCall = {
    url: `${stack.apiUrl}${path}`,
    region: 'eu-central-1',
    input,
    key: undefined,
    credentials: undefined,
  };
  const text = snippets[language](call);
  expect(text).not.toMatch(/idempotency-key/i);
  const env = { AWS_ACCESS_KEY_ID: 'KEYREADER', AWS_SECRET_ACCESS_KEY: 'secret/of+KEYREADER' };
  expect(await runs(language, text, env)).toMatchObject({ status: 0 });
  expect(stack.calls.at(-1)).toMatchObject({ caller: 'reader-agent' });
});

it('sends no key with a read, and knows only its languages', async () => {
  await serving({}, description({ effect: 'read' }));
  const { out } = await stack.cli('snippet', 'erp_create_purchase_order', '--lang', 'curl', '--json');
  expect(JSON.parse(out).text).not.toContain('idempotency-key');
  expect((await stack.cli('snippet', 'erp_create_purchase_order', '--lang', 'cobol')).err).toContain(
    'curl, python, typescript',
  );
  expect((await stack.cli('snippet', 'erp_create_purchase_order')).code).toBe(2);
});
