import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Backends, startBackends } from './backends.ts';
import { type Bundles, buildBundles } from './bundles.ts';

/** What scenarios share. */
export interface Surroundings {
  /** Fires when the run is to end. */
  readonly signal: AbortSignal;
  /** Empty at first, removed at the end. */
  readonly directory: string;
  /** Shows where the run is. */
  progress(text: string): void;
  /** Built when first asked for. */
  bundles(): Promise<Bundles>;
  /** Started when first asked for. */
  backends(): Promise<Backends>;
  /** Ends what the scenarios left running and removes the directory. */
  close(): Promise<void>;
}

/** Makes a place to measure in. */
export function surroundings(signal: AbortSignal, progress: (text: string) => void): Surroundings {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  let bundles: Promise<Bundles> | undefined;
  let backends: Promise<Backends> | undefined;
  return {
    signal,
    directory,
    progress,
    bundles: () => (bundles ??= buildBundles(join(directory, 'bundles'))),
    backends: () => (backends ??= startBackends(join(directory, 'backends'))),
    close: async () => {
      await backends?.then(
        (started) => started.close(),
        () => undefined, // never started: told where it was asked for
      );
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
