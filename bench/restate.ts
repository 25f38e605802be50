import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { freePort } from '../bin/free-port.ts';
import { startProcess } from './started-process.ts';

/** A Restate server of its own on loopback, and the service of `bench/restate/` registered with it. */
export interface Restate {
  /** Of the server and of the service. */
  readonly pids: readonly number[];
  /** Calls a handler under a key that nobody has used, and waits for what becomes of it. */
  call(handler: string, call: { readonly key: string; readonly body: object }): Promise<Response>;
  /** How many entries the journal of an invocation has. */
  journalOf(invocation: string): Promise<number>;
  close(): Promise<void>;
}

const service = z.object({ url: z.string() });
const rows = z.object({ rows: z.array(z.object({ entries: z.int() })) });
const json = { 'content-type': 'application/json', accept: 'application/json' };

/** Starts both; the server keeps what it keeps below `directory`. */
export async function startRestate({ directory, erp }: { directory: string; erp: string }): Promise<Restate> {
  const [ingress, admin, fabric] = [await freePort(), await freePort(), await freePort()];
  const server = spawn(binary(), ['--no-logo', '--base-dir', directory], {
    stdio: 'ignore',
    detached: true,
    env: {
      PATH: process.env['PATH'],
      DO_NOT_TRACK: '1',
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LISTEN_MODE: 'tcp',
      RESTATE_BIND_ADDRESS: `127.0.0.1:${fabric}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${fabric}/`,
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_LOG_FILTER: 'error',
    },
  });
  const saga = startProcess('restate/service.ts', [erp], import.meta.dirname);
  const close = async () => {
    await Promise.all([saga.close(), ended(server)]);
  };
  const asked = (path: string, body: object) =>
    fetch(`http://127.0.0.1:${admin}/${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) });
  try {
    const { url } = service.parse(JSON.parse((await saga.line(/^\{.*\}$/))[0]));
    await untilHealthy(admin, server);
    const registered = await asked('deployments', { uri: url });
    if (!registered.ok) throw new Error(`Restate did not take the service: ${await registered.text()}`);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    pids: [server.pid ?? 0, saga.pid],
    call: (handler, { key, body }) =>
      fetch(`http://127.0.0.1:${ingress}/failing_saga/${handler}`, {
        ...{ method: 'POST', headers: { ...json, 'idempotency-key': key }, body: JSON.stringify(body) },
      }),
    journalOf: async (invocation) => {
      const query = `SELECT count(*) AS entries FROM sys_journal WHERE id = '${invocation.replaceAll("'", '')}'`;
      const [row] = rows.parse(await (await asked('query', { query })).json()).rows;
      return row?.entries ?? 0;
    },
    close,
  };
}

/** The server itself, not the script that starts it. */
const binary = (): string =>
  createRequire(import.meta.url).resolve(
    `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`,
  );

async function untilHealthy(admin: number, server: ChildProcess): Promise<void> {
  for (const until = performance.now() + 30_000; performance.now() < until; await sleep(100)) {
    if (server.exitCode !== null) throw new Error(`restate-server ended with ${server.exitCode}`);
    // Refused until it listens.
    const health = await fetch(`http://127.0.0.1:${admin}/health`).catch(() => undefined);
    if (health?.ok) return;
  }
  throw new Error('restate-server was not ready in 30 s');
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill('SIGTERM');
  await exit;
}
