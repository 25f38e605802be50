import { join, resolve } from 'node:path';
import * as z from 'zod';
import { build } from '../bin/build.ts';
import { signedFetch } from '../bin/cli/signed-fetch.ts';
import { newKey } from './call.ts';
import { cpuTimeOf } from './cpu-time.ts';
import { startRestate } from './restate.ts';
import { startProcess } from './started-process.ts';

/** Something that carries the failing saga out. */
export interface Side {
  /** Starts one saga, and waits until its caller is told that it was refused. Throws for every other end. */
  run(): Promise<void>;
  /** Records that are kept of sagas, so far; waits until nothing is left to do for those that are over. */
  writes(): Promise<number>;
  /** Of its processes and those below them, in ms, so far. */
  cpuMs(): number;
}

/** What the ERP of both has seen. */
export interface Seen {
  readonly read: number;
  readonly write: number;
  /** Documents that were made, and those that are not released. */
  readonly made: number;
  readonly open: number;
  /** When the last one was released, epoch ms. */
  readonly lastReleaseAt: number;
}

/** Both sides, at work on the same ERP. */
export interface Sides {
  readonly countersign: Side;
  readonly restate: Side;
  /** Restate with the reads that Countersign makes. */
  readonly checked: Side;
  seen(): Promise<Seen>;
  close(): Promise<void>;
}

const root = resolve(import.meta.dirname, '..');
const wanted = { item: 'RM-6204', pieces: 10 };

const ready = z.object({
  ...{ apiUrl: z.string(), region: z.string(), counterUrl: z.string() },
  agents: z.object({ 'saga-agent': z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }) }),
  erp: z.object({ baseUrl: z.string(), pid: z.int() }),
});
const seen = z.object({
  ...{ read: z.int(), write: z.int(), made: z.int(), open: z.int(), lastReleaseAt: z.number() },
});
const operation = z.object({ operationId: z.string(), state: z.string(), reason: z.string().optional() });

/** Builds the product with the saga, starts it, and Restate beside it. */
export async function startSides(directory: string): Promise<Sides> {
  const functions = join(directory, 'functions');
  await build({ out: functions, config: join(import.meta.dirname, 'saga.config.ts') });
  const stack = startProcess('bench/hosts/saga-stack.ts', [join(directory, 'stack'), functions], root);
  try {
    const started = ready.parse(JSON.parse((await stack.line(/^\{.*\}$/))[0]));
    const { erp, counterUrl } = started;
    const restate = await startRestate({ directory: join(directory, 'restate'), erp: erp.baseUrl });
    return {
      countersign: {
        run: callOf(started),
        writes: async () => z.object({ writes: z.int() }).parse(await (await fetch(counterUrl)).json()).writes,
        cpuMs: () => cpuTimeOf([stack.pid], [erp.pid]),
      },
      restate: restateSide(restate, 'plain'),
      checked: restateSide(restate, 'checked'),
      seen: async () => seen.parse(await (await fetch(`${erp.baseUrl}/_seen`)).json()),
      close: async () => {
        await restate.close();
        await stack.close();
      },
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}

/** As an agent does it: asks for the saga, then for its operation until it is at rest. */
function callOf({ apiUrl, region, agents }: z.output<typeof ready>): Side['run'] {
  const send = signedFetch(agents['saga-agent'], { region, service: 'execute-api' });
  return async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': newKey() };
    const asked = await send(`${apiUrl}/v1/tools/failing_saga`, {
      ...{ method: 'POST', headers, body: JSON.stringify(wanted) },
    });
    let seen = operation.parse(await asked.json());
    while (seen.state === 'running')
      seen = operation.parse(await (await send(`${apiUrl}/v1/operations/${seen.operationId}?wait=25`)).json());
    if (seen.state !== 'not_applied' || seen.reason !== 'REFUSED_BY_SYSTEM')
      throw new Error(`a saga ended as ${seen.state}: ${seen.reason}`);
  };
}

function restateSide(restate: Awaited<ReturnType<typeof startRestate>>, handler: string): Side {
  let writes = 0;
  let counted: number | undefined;
  return {
    run: async () => {
      const response = await restate.call(handler, { key: newKey(), body: wanted });
      const said = await response.text();
      if (response.status !== 422) throw new Error(`Restate answered ${response.status}: ${said}`);
      // All of them are alike.
      counted ??= await restate.journalOf(response.headers.get('x-restate-id') ?? '');
      writes += counted;
    },
    writes: async () => writes,
    cpuMs: () => cpuTimeOf(restate.pids),
  };
}
