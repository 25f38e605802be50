import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build as bundle, type Plugin } from 'esbuild';
import { build, bundleSettings } from '../bin/build.ts';
import { leanBundle } from '../bin/lean-bundle.ts';

const root = resolve(import.meta.dirname, '..');

/** Sizes in bytes and files of what is compared. */
export interface Bundles {
  /** Of the product's functions, by entry; and without what only some calls ask for. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly started: Readonly<Record<string, number>>;
  /** Of the conventional stack, as it comes and without what ours leaves out too. */
  readonly conventional: { readonly plain: number; readonly lean: number };
  /** Bundles to run, by what they stand for. */
  readonly files: { readonly empty: string; readonly countersign: string; readonly conventional: string };
}

/** Bundles the product as its own build does, and the conventional stack with the same settings. */
export async function buildBundles(directory: string): Promise<Bundles> {
  const functions = join(directory, 'functions');
  const { sizes, started } = await build({ out: functions, config: join(import.meta.dirname, 'unasked.config.ts') });
  const made = (folder: string) => join(directory, folder, 'index.cjs');
  const files = {
    empty: made('empty'),
    countersign: join(functions, 'tools', 'index.cjs'),
    conventional: made('plain'),
  };
  await bundleOne('bench/hosts/empty.ts', files.empty);
  const plain = await bundleOne('bench/conventional/handler.ts', files.conventional);
  const lean = await bundleOne('bench/conventional/handler.ts', made('lean'), [leanBundle({ describes: false })]);
  return { sizes, started, conventional: { plain, lean }, files };
}

/** Answers the size. */
async function bundleOne(entry: string, file: string, plugins: Plugin[] = []): Promise<number> {
  const { outExtension: _, ...settings } = bundleSettings;
  await bundle({ ...settings, absWorkingDir: root, entryPoints: [entry], outfile: file, plugins });
  return statSync(file).size;
}
