import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commonFaults } from '../../../lib/simulation/faults.ts';
import { carryOut } from '../../../lib/simulation/misbehave.ts';
import { whole } from '../../../lib/simulation/server.ts';
import { type RunningSimulation, type SimulatedSystem, startSimulation } from '../../../lib/simulation/simulation.ts';

/** A system that counts up: POST makes the next number, GET answers the highest. */
const counter: SimulatedSystem = {
  version: 'counter-1',
  faults: commonFaults,
  fill: ({ now }) => [{ table: 'number', key: '0', row: { value: 0, at: new Date(now).toISOString() } }],
  classify: ({ method }) => ({ method, entity: 'Number', modifying: method === 'POST' }),
  open: (stage) => async (incoming, call) => {
    const { length } = stage.state.rows('number');
    if (!call.modifying) return whole({ status: 200, body: String(length - 1) });
    return carryOut(stage, {
      call,
      incoming,
      failure: (message) => ({ status: 500, body: message }),
      prepare: () => ({
        changes: [{ table: 'number', key: String(stage.state.rows('number').length), row: { value: length } }],
        numbers: [],
        record: { entity: 'Number', key: String(length), action: 'create', reference: null, digest: '' },
        reply: { status: 201, body: String(length) },
      }),
    });
  },
};

describe('what every simulator shares', () => {
  let simulation: RunningSimulation;
  beforeAll(async () => {
    simulation = await startSimulation(counter, {});
  });
  afterAll(() => simulation.close());

  const send = (method: string, path = '/', body?: object) =>
    fetch(`${simulation.baseUrl}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });

  it('carries any system: its effects, its ledger, its faults', async () => {
    expect((await send('POST')).status).toBe(201);
    await send('POST', '/_sim/faults', { fault: 'commit-then-500' });
    expect((await send('POST')).status).toBe(500);
    expect(await (await send('GET')).text()).toBe('2');
    const ledger: unknown = await (await send('GET', '/_sim/ledger')).json();
    expect(ledger).toMatchObject({
      entries: [
        { sequence: 1, key: '1' },
        { sequence: 2, key: '2' },
      ],
    });
  });

  it('names only the faults that the system has', async () => {
    const refused: unknown = await (await send('POST', '/_sim/faults', { fault: 'reprice' })).json();
    expect(refused).toMatchObject({ error: { field: 'fault', message: expect.stringContaining('commit-late') } });
  });

  it('refuses a port that is taken, and closes with requests still hanging', async () => {
    const port = Number(new URL(simulation.baseUrl).port);
    await expect(startSimulation(counter, { port })).rejects.toThrow(/EADDRINUSE/);
    const other = await startSimulation(counter, {});
    await fetch(`${other.baseUrl}/_sim/faults`, { method: 'POST', body: JSON.stringify({ fault: 'hang' }) });
    const hanging = fetch(other.baseUrl).catch((error: unknown) => error);
    const late = fetch(other.baseUrl, { method: 'POST' }).catch((error: unknown) => error);
    await other.close();
    expect(await hanging).toBeInstanceOf(TypeError);
    await late;
  });

  it('answers 413 to a body that no ERP would take', async () => {
    const large = await fetch(simulation.baseUrl, { method: 'POST', body: 'x'.repeat(11 * 1024 * 1024) });
    expect(large.status).toBe(413);
  });
});
