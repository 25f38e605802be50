import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { build as bundle, type Metafile } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { build, bundleSettings } from '../../bin/build.ts';
import { leanBundle } from '../../bin/lean-bundle.ts';

const root = resolve(import.meta.dirname, '..', '..');
let sources: readonly { readonly path: string; readonly text: string }[] = [];

beforeAll(async () => {
  const out = mkdtempSync(join(tmpdir(), 'countersign-lean-'));
  const { metafile } = await build({ out });
  rmSync(out, { recursive: true });
  sources = inputsOf(metafile).map((path) => ({ path, text: readFileSync(resolve(root, path), 'utf8') }));
});

/** Files of which something is in a bundle; what stands in for one has a namespace. */
const inputsOf = ({ outputs }: Metafile): string[] => {
  const paths = new Set(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)));
  return [...paths].filter((path) => !path.includes(':') && /\.(js|mjs|ts)$/.test(path));
};

const code = (text: string): string => text.replace(/^\s*(\/?\*|\/\/).*$/gm, '');
/** Files that name what another one has, and do not only pass it on. */
const askersOf = (name: string, owner: string): string[] =>
  sources
    .filter(({ path, text }) => new RegExp(`\\b${name}\\b`).test(code(text)) && !/\/index(\.\w+)?\.js$/.test(path))
    .map(({ path }) => basename(path, '.js'))
    .filter((asker) => asker !== owner);

const ways = [
  {
    name: 'HeaderFormatter',
    owner: 'HeaderFormatter',
    asker: 'SignatureV4',
    where: 'else if (toSign.message) { return this.signMessage(toSign, options); }',
  },
  {
    name: 'JsonBytesStringAdapter',
    owner: 'JsonBytesStringAdapter',
    asker: 'JsonShapeSerializer2',
    where: 'function alloc(size) { return JsonBytesStringAdapter.allocUnsafe(size); }',
  },
  {
    name: 'LRUCache',
    owner: 'LRUCache',
    asker: 'BasePersistenceLayer',
    where: 'if (this.useLocalCache) { this.cache = new LRUCache({',
  },
  {
    name: 'CircularMap',
    owner: 'logBuffer',
    asker: 'LogInvocationStore',
    where: 'configureBuffer(maxBytes) { this.#maxBytes = maxBytes; this.#fallbackBuffer = new CircularMap(',
  },
  {
    name: 'configureBuffer',
    owner: 'LogInvocationStore',
    asker: 'Logger',
    where: '#setLogBuffering(options) { if (options === undefined) { return; }',
  },
  {
    name: 'resolveParamsForS3',
    owner: 's3',
    asker: 'getEndpointFromInstructions',
    where: '.toLowerCase() === "s3") { await resolveParamsForS3(endpointParams); }',
  },
  {
    name: 'Sha256Js',
    owner: 'Sha256Js',
    asker: 'Sha256Node',
    where: 'Sha256Node = hasNativeCrypto ? buildNativeClass() : Sha256Js;',
  },
];
test.each(ways)('$name is asked for by $asker alone, where no function of ours comes', ({
  name,
  owner,
  asker,
  where,
}) => {
  expect(askersOf(name, owner)).toEqual([asker]);
  const texts = sources.filter(({ path }) => basename(path, '.js') === asker).map(({ text }) => text);
  expect(texts.join('\n').replace(/\s+/g, ' ')).toContain(where);
});

const formats = 'email|url|jwt|emoji|guid|uuid(v\\d)?|nanoid|cuid2?|ulid|base64(url)?|xid|ksuid|ipv[46]|cidrv[46]|e164';
test('no source of a function says z.string().email() for z.email()', () => {
  const outdated = new RegExp(`(?<!\\bz\\s*)\\.(${formats})\\(`);
  const own = sources.filter(({ path }) => !path.includes('node_modules'));
  expect(own.filter(({ text }) => outdated.test(code(text))).map(({ path }) => path)).toEqual([]);
});

/** What an expression on `z` is in a bundle. */
async function inBundle(expression: string): Promise<unknown> {
  const { outExtension: _, ...settings } = bundleSettings;
  const { outputFiles } = await bundle({
    ...settings,
    stdin: { contents: `import * as z from 'zod'; module.exports = () => ${expression};`, resolveDir: root },
    write: false,
    plugins: [leanBundle({ describes: false })],
  });
  const module: { exports: () => unknown } = { exports: () => undefined };
  new Function('module', 'require', outputFiles[0]?.text ?? '')(module, createRequire(import.meta.url));
  return module.exports();
}

test.each([
  ['z.email().safeParse("a@b.example").success', true],
  ['z.email().safeParse("a").success', false],
  ['z.uuid().safeParse("a").error.issues[0].message', 'Invalid UUID'],
  ['z.string().min(2).trim().date().parse("2026-11-21")', '2026-11-21'],
  ['z.strictObject({ a: z.string() }).extend({ b: z.number().catch(4) }).parse({ a: "a", b: "b" })', { a: 'a', b: 4 }],
])('in a bundle %s is what it is elsewhere', async (expression, value) => {
  expect(await inBundle(expression)).toEqual(value);
});

test('in a bundle z.string().email() is refused with what to write instead', async () => {
  await expect(inBundle('z.string().email()')).rejects.toThrow('write z.email() for z.string().email()');
});
