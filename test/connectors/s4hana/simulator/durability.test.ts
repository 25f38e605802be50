import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { controlOf, order, PO, signIn } from './bench.ts';

const credentials = z.object({ clientId: z.string(), clientSecret: z.string() });
const ready = z.object({
  baseUrl: z.url(),
  controlUrl: z.url(),
  origins: z.object({ api: z.url(), token: z.url() }),
  credentials: z.object({ read: credentials, write: credentials }),
});

const main = new URL('../../../../connectors/s4hana/simulator/main.ts', import.meta.url).pathname;

const start = async (...options: string[]) => {
  const child = spawn(process.execPath, [main, '--port', '0', ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, endpoints: ready.parse(JSON.parse(String(line))) };
};

const kill = async (child: ChildProcess) => {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
};

describe('the simulator as a process of its own', () => {
  const state = mkdtempSync(join(tmpdir(), 's4hana-simulator-'));
  const children: ChildProcess[] = [];
  const run = async (...options: string[]) => {
    const started = await start(...options);
    children.push(started.child);
    return started;
  };
  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(state, { recursive: true });
  });

  it('keeps documents, ledger, number ranges, armed faults and its clock over kill -9', async () => {
    const first = await run('--state', state);
    const client = await signIn(first.endpoints);
    const control = controlOf(first.endpoints.controlUrl);
    const created = await client.post(`${PO}/A_PurchaseOrder`, order());
    await control.arm({ fault: 'commit-then-reset', times: 2 });
    await expect(client.post(`${PO}/A_PurchaseOrder`, order())).rejects.toThrow();
    await control.send('POST', '/clock', { advance: 86_400_000 });
    await kill(first.child);

    const second = await run('--state', state);
    const again = await signIn(second.endpoints);
    const after = controlOf(second.endpoints.controlUrl);
    expect((await after.ledger()).map(({ key }) => key)).toEqual(['4500000301', '4500000302']);
    expect((await after.send('GET', '/faults')).list('armed')).toMatchObject([
      { fault: 'commit-then-reset', times: 1 },
    ]);
    expect(Date.parse(String((await after.send('GET', '')).at('now')))).toBeGreaterThan(Date.now() + 86_000_000);
    expect((await again.get(`${PO}/A_PurchaseOrder('${created.at('d.PurchaseOrder')}')`)).status).toBe(200);
    await after.send('DELETE', '/faults');
    expect((await again.post(`${PO}/A_PurchaseOrder`, order())).at('d.PurchaseOrder')).toBe('4500000303');
    await kill(second.child);
  });

  it('says in one sentence why it cannot start', async () => {
    const child = spawn(process.execPath, [main, '--port', 'many'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
    const [code] = await once(child, 'close');
    expect([code, lines]).toEqual([1, ["--port takes a whole number, not 'many'."]]);
  });
});
