import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives all tests of a run one place for the functions that they build. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-builds-'));
  process.env['COUNTERSIGN_TEST_BUILDS'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
