import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { meterTable } from '../../lib/aws/meter-table.ts';
import { unusedMeter } from '../../lib/core/resilience/meter-state.ts';
import { type Backends, coordination, startBackends, tables } from '../backends.ts';
import { createEvent, newKey } from '../call.ts';
import { type FunctionProcess, startFunction, subjectsOf } from '../function-process.ts';
import { interleave } from '../interleave.ts';
import type { Measured, Scenario } from '../scenario.ts';
import { summaryOf } from '../statistics.ts';
import type { Surroundings } from '../surroundings.ts';

const rounds = 40;
const warmUp = 60;
const erpTakes = 800;
const counts = { few: 1_000, many: 200_000 };

/** What is accepted into the backlog while the breaker of a slow ERP is open, beside a write that waits for that ERP. */
export const backlogEntry: Scenario = {
  name: 'backlog-entry',
  title: `Accepted into the backlog, and a direct write to an ERP that takes ${erpTakes} ms`,
  async run(surroundings): Promise<Measured> {
    const { files } = await surroundings.bundles();
    const { directory, signal, progress } = surroundings;
    const few = await startBackends(join(directory, 'few'));
    const many = await startBackends(join(directory, 'many'));
    const ours = [few, many].map((backends) => startFunction(subjectsOf(files, backends).countersign, signal));
    const direct = startFunction(subjectsOf(files, few).conventional, signal);
    try {
      progress(`putting ${counts.many} operations into a table`);
      await few.fill(tables.countersign, operations(counts.few));
      await many.fill(tables.countersign, operations(counts.many));
      progress('warming up');
      await direct.carryOut([createEvent(newKey())]);
      await slowDown(few);
      for (const [n, backends] of [few, many].entries()) {
        await openBreaker(backends);
        await ours[n]?.send(Array.from({ length: warmUp }, () => createEvent(newKey())));
      }
      return measuredOf(await measure([...ours, direct], surroundings));
    } finally {
      for (const each of [...ours, direct]) each.close();
      await Promise.all([few.close(), many.close()]);
    }
  },
};

const measure = (processes: readonly FunctionProcess[], { signal, progress }: Surroundings): Promise<number[][]> =>
  interleave(
    processes.map((each, n) => () => timed(each, n < 2 ? 202 : 200)),
    { rounds, signal, progress: (round) => progress(`round ${round} of ${rounds}`) },
  );

async function timed(process: FunctionProcess, expected: number): Promise<number> {
  const from = performance.now();
  const { statuses, body } = await process.send([createEvent(newKey())]);
  const took = performance.now() - from;
  if (statuses[0] !== expected) throw new Error(`${statuses[0]} instead of ${expected}: ${body}`);
  return took;
}

function measuredOf([few = [], many = [], direct = []]: readonly number[][]): Measured {
  const against = 'direct write';
  const atFew = `accepted, ${counts.few} operations in the table`;
  const atMany = `accepted, ${counts.many} operations in the table`;
  const share = 'p95 of what is accepted to p95 of a direct write';
  const growth = 'median at many operations to median at few';
  return {
    series: [
      { what: against, unit: 'ms', samples: direct },
      { what: atFew, unit: 'ms', samples: few, against },
      { what: atMany, unit: 'ms', samples: many, against: atFew },
      { what: share, unit: 'times', samples: [summaryOf(few).p95 / summaryOf(direct).p95] },
      { what: growth, unit: 'times', samples: [summaryOf(many).median / summaryOf(few).median] },
    ],
    wanted: [
      // At least fifty times as fast.
      { what: share, measure: 'max', atMost: 0.02 },
      { what: growth, measure: 'max', atMost: 1.1 },
    ],
  };
}

/** Every answer of the ERP takes that long from now on. */
async function slowDown({ erp }: Backends): Promise<void> {
  const body = JSON.stringify({ fault: 'slow', ms: erpTakes, times: 1_000_000 });
  const headers = { 'content-type': 'application/json', 'x-countersign-local': '1' };
  const response = await fetch(`${erp.controlUrl}/_sim/faults`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`the ERP cannot be slowed down: ${await response.text()}`);
}

async function openBreaker({ endpoint }: Backends): Promise<void> {
  const client = new DynamoDBClient({
    ...{ endpoint, region: 'eu-central-1' },
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const now = Date.now();
  const breaker = { state: 'open', since: now, until: now + 3_600_000, openings: 1 } as const;
  const meter = meterTable(client, { tableName: coordination, system: 'erp' });
  const { won } = await meter.change({ seen: unusedMeter.gate, gate: { breaker }, free: [] });
  if (!won) throw new Error('the meter was used already');
  client.destroy();
}

/** Operations as a table keeps them. */
function* operations(count: number): Iterable<Record<string, unknown>> {
  const common = { state: 'applied', version: 3, attempts: 1, day: '2026-06-01', input: 'x'.repeat(400), events: [] };
  for (let n = 0; n < count; n++) yield { ...common, id: newKey() };
}
