import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { openState } from '../../../../local/state.ts';
import { openQueue } from './queues.ts';

const acknowledgedBeforeKill = async (state: string, enough: number): Promise<number> => {
  const sender = spawn(process.execPath, [join(import.meta.dirname, 'sender.ts'), state], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(sender, 'exit');
  let acknowledged = 0;
  for await (const _ of createInterface(sender.stdout)) {
    acknowledged += 1;
    if (acknowledged === enough) sender.kill('SIGKILL');
  }
  await ended;
  return acknowledged;
};

it('loses no acknowledged message to kill -9, and none that was deleted comes back', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sqs-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const acknowledged = await acknowledgedBeforeKill(join(directory, 'state'), 100);
  const { database, close } = openState(join(directory, 'state'));
  onTestFinished(() => close());
  const { clock, bodies } = await openQueue({}, database);
  clock.advance(Date.now() - clock.now() + 60_000);
  const left: number[] = [];
  for (let some = await bodies(); some.length > 0; some = await bodies()) left.push(...some.map(Number));
  const kept = Array.from({ length: acknowledged }, (_, at) => at).filter((at) => at % 2 === 0);
  expect(left.slice(0, kept.length)).toEqual(kept);
  // At most what was under way when the process ended comes on top.
  expect(left.length - kept.length).toBeLessThanOrEqual(1);
});
