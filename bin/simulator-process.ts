import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';

const root = resolve(import.meta.dirname, '..');

const credential = z.record(z.string(), z.string());
const endpoints = z.object({
  baseUrl: z.url(),
  controlUrl: z.url(),
  origins: z.record(z.string(), z.url()),
  credentials: z.object({ read: credential, write: credential }),
});

/** A running simulator: where it is, and what signs in to it. */
export type SimulatorEndpoints = z.output<typeof endpoints>;

/** A simulator in a process of its own, so that it can die like a real system. */
export interface SimulatorProcess extends SimulatorEndpoints {
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts a kind's simulator; `module` is a path from the repository's root. */
export async function startSimulatorProcess(
  module: string,
  { state, port }: { state: string; port: number },
): Promise<SimulatorProcess> {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const child = spawn(process.execPath, [join(root, module), '--port', String(port), '--state', state], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  let trouble = '';
  child.stderr.on('data', (chunk: Buffer) => (trouble += chunk.toString('utf8')));
  const exited = once(child, 'exit');
  const line = once(createInterface({ input: child.stdout }), 'line');
  const first = await Promise.race([line, exited.then(() => undefined)]);
  if (!first) throw new Error(`The simulator ${module} did not start: ${trouble.trim()}`);
  child.stdout.resume();
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
  };
  return { ...endpoints.parse(JSON.parse(String(first[0]))), pid: child.pid ?? 0, close };
}
