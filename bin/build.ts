import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuildOptions as BundleOptions, build as bundle, type Metafile, type Plugin } from 'esbuild';
import { leanBundle } from './lean-bundle.ts';

const root = resolve(import.meta.dirname, '..');

/** Where the functions of the sample configuration are built to. */
export const builtFunctions = join(root, 'dist', 'functions');

/** What to build. */
export interface BuildOptions {
  /** Folder for `<entry>/index.cjs`; emptied first. */
  readonly out?: string;
  /** Another configuration than the one in countersign.config.ts. */
  readonly config?: string;
}

/** Size in bytes of each bundle, by entry, what of it a function starts with, and esbuild's own account of what is in them. */
export interface Built {
  readonly sizes: Readonly<Record<string, number>>;
  readonly started: Readonly<Record<string, number>>;
  readonly metafile: Metafile;
}

/** The entries that describe contracts, as JSON Schema or to people. */
const describing = ['approved', 'catalogue'];

/** How every bundle is made, whatever is in it. */
export const bundleSettings = {
  outExtension: { '.js': '.cjs' },
  bundle: true,
  // CommonJS: loading node: modules from an ES module costs a cold start 30 ms more.
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  // The ES module form of packages, where they have one: only that can be shaken.
  mainFields: ['module', 'main'],
  conditions: ['module'],
  minify: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"' },
} satisfies BundleOptions;

/** Bundles every entry of functions/. The same sources give the same bytes, so that assets keep their names. */
export async function build({ out = builtFunctions, config }: BuildOptions = {}): Promise<Built> {
  const entries = readdirSync(join(root, 'functions')).map((file) => basename(file, '.ts'));
  rmSync(out, { recursive: true, force: true });
  const plugins = config === undefined ? [] : [withConfiguration(resolve(config))];
  const metafiles = await Promise.all(
    [true, false].map((describes) =>
      bundled(
        entries.filter((entry) => describing.includes(entry) === describes),
        { out, plugins: [leanBundle({ describes }), ...plugins] },
      ),
    ),
  );
  const inputs = Object.assign({}, ...metafiles.map((metafile) => metafile.inputs));
  const outputs: Metafile['outputs'] = Object.assign({}, ...metafiles.map((metafile) => metafile.outputs));
  const sizesOf = (bytesOf: (output: Output) => number) =>
    Object.fromEntries(
      Object.entries(outputs)
        .map(([path, output]) => [basename(dirname(path)), bytesOf(output)] as const)
        .sort(),
    );
  return {
    metafile: { inputs, outputs },
    sizes: sizesOf(({ bytes }) => bytes),
    started: sizesOf((output) => startedBytes(output, inputs)),
  };
}

/** Bytes of a bundle without the modules that are evaluated only when something asks for them, as a kind's tools are. */
function startedBytes({ bytes, inputs, entryPoint }: Output, modules: Metafile['inputs']): number {
  const started = new Set(entryPoint === undefined ? [] : [entryPoint]);
  for (const path of started)
    for (const each of modules[path]?.imports ?? []) if (each.kind !== 'dynamic-import') started.add(each.path);
  const later = Object.entries(inputs).filter(([path]) => !started.has(path));
  return later.reduce((left, [, { bytesInOutput }]) => left - bytesInOutput, bytes);
}

type Output = Metafile['outputs'][string];

/** One esbuild call for many entries: it parses what they share once. */
async function bundled(
  entries: readonly string[],
  { out, plugins }: { readonly out: string; readonly plugins: Plugin[] },
): Promise<Metafile> {
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries.map((entry) => [join(entry, 'index'), join('functions', `${entry}.ts`)])),
    outdir: out,
    ...bundleSettings,
    plugins,
  });
  return metafile;
}

const withConfiguration = (path: string): Plugin => ({
  name: 'configuration',
  // Only the entries' import is another one: a configuration may build on the sample, which it imports by the same name.
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/countersign\.config\.ts$/ }, ({ importer }) =>
      dirname(importer) === join(root, 'functions') ? { path } : undefined,
    ),
});

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      out: { type: 'string' },
      json: { type: 'boolean', default: false },
      metafile: { type: 'string' },
    },
  });
  const { config, out } = values;
  const { sizes, metafile } = await build({ ...(config && { config }), ...(out && { out: resolve(out) }) });
  if (values.metafile) writeFileSync(values.metafile, JSON.stringify(metafile));
  if (values.json) console.log(JSON.stringify(sizes));
  else
    for (const [entry, bytes] of Object.entries(sizes)) console.log(`${entry.padEnd(12)}${Math.ceil(bytes / 1024)} KB`);
}

if (import.meta.main) await main();
