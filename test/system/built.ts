import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from '../../bin/build.ts';

/** Where one run of the tests keeps what it builds; `test/shared-builds.ts` says so. */
const shared = process.env['COUNTERSIGN_TEST_BUILDS'];

/** The functions for a configuration, built once in a run of the tests: whoever needs them first builds them for all. */
export async function builtFor(config: string, home: string): Promise<string> {
  if (shared === undefined) {
    const own = join(home, 'functions');
    await build({ out: own, config });
    return own;
  }
  const folder = join(shared, config.replaceAll(/[^\w.]/g, '-'));
  const ready = `${folder}.ready`;
  if (isFirst(folder)) {
    await build({ out: join(folder, 'functions'), config });
    writeFileSync(ready, '');
  }
  for (let tries = 0; !existsSync(ready); tries++) {
    if (tries > 600) throw new Error(`${config} was not built within a minute`);
    await sleep(100);
  }
  return join(folder, 'functions');
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
