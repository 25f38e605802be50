import { join, resolve } from 'node:path';
import { build as bundle } from 'esbuild';
import { build, bundleSettings } from '../bin/build.ts';

const here = import.meta.dirname;

/** Sizes in bytes and files of what is compared. */
export interface Bundles {
  /** Of the product's functions, by entry. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly conventionalSize: number;
  /** Bundles to run, by what they stand for. */
  readonly files: { readonly empty: string; readonly countersign: string; readonly conventional: string };
}

/** Bundles the product as its own build does, and the conventional stack with the same settings. */
export async function buildBundles(directory: string): Promise<Bundles> {
  const functions = join(directory, 'functions');
  const { sizes } = await build({ out: functions });
  const { metafile } = await bundle({
    ...bundleSettings,
    absWorkingDir: resolve(here, '..'),
    entryPoints: { 'conventional/index': 'bench/conventional/handler.ts', 'empty/index': 'bench/hosts/empty.ts' },
    outdir: directory,
  });
  const files = {
    empty: join(directory, 'empty', 'index.cjs'),
    countersign: join(functions, 'tools', 'index.cjs'),
    conventional: join(directory, 'conventional', 'index.cjs'),
  };
  const output = Object.entries(metafile.outputs).find(([path]) => path.includes('conventional'));
  return { sizes, conventionalSize: output?.[1].bytes ?? 0, files };
}
