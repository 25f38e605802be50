import * as z from 'zod';
import type { Backends } from '../backends.ts';
import { createEvent, newKey } from '../call.ts';
import { type Subject, startFunction, subjectsOf } from '../function-process.ts';
import { interleave } from '../interleave.ts';
import type { Measured, Scenario } from '../scenario.ts';

const rounds = 3;

/** How many orders there are when the ERP commits, drops the connection, and the agent retries with the same key. */
export const lostAnswer: Scenario = {
  name: 'lost-answer',
  title: 'The ERP commits and drops the connection, the caller retries: orders in the ERP',
  async run({ bundles, backends, signal, progress }): Promise<Measured> {
    const { files } = await bundles();
    const running = await backends();
    const { countersign, conventional } = subjectsOf(files, running);
    const orders = (subject: Subject) => () => ordersAfterRetry(subject, running, signal);
    const [ours = [], theirs = []] = await interleave([orders(countersign), orders(conventional)], {
      rounds,
      signal,
      progress: (round) => progress(`round ${round} of ${rounds}`),
    });
    return {
      series: [
        { what: 'conventional stack', unit: 'orders', samples: theirs },
        { what: 'countersign', unit: 'orders', samples: ours },
      ],
      wanted: [{ what: 'countersign', measure: 'max', atMost: 1 }],
    };
  },
};

async function ordersAfterRetry(subject: Subject, { erp }: Backends, signal: AbortSignal): Promise<number> {
  const process = startFunction(subject, signal);
  try {
    // A first order, so that tokens are there and the fault meets the write.
    await process.carryOut([createEvent(newKey())]);
    const before = await ordersIn(erp);
    await arm(erp, 'commit-then-reset');
    const event = createEvent(newKey());
    await process.send([event]);
    await process.carryOut([event]);
    return (await ordersIn(erp)) - before;
  } finally {
    process.close();
  }
}

const ledger = z.object({ entries: z.array(z.object({ entity: z.string(), action: z.string() })) });

async function ordersIn({ controlUrl }: Backends['erp']): Promise<number> {
  const { entries } = ledger.parse(await (await fetch(`${controlUrl}/_sim/ledger`)).json());
  return entries.filter(({ entity, action }) => entity === 'A_PurchaseOrder' && action === 'create').length;
}

async function arm({ controlUrl }: Backends['erp'], fault: string): Promise<void> {
  const response = await fetch(`${controlUrl}/_sim/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ fault, times: 1, entity: 'A_PurchaseOrder' }),
  });
  if (!response.ok) throw new Error(`The simulator did not take the fault: ${await response.text()}`);
}
