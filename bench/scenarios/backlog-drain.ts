import { mostInOneSecond } from '../../test/explore/sliding.ts';
import { interleave } from '../interleave.ts';
import type { Measured, Scenario } from '../scenario.ts';

const rounds = 3;
const operations = 3_000;
const limits = { perSecond: 5, concurrent: 8 };
/** A create is sent and read back; a change is read before it, too. */
const requestsFor = { create: 2, change: 3 };

/** The core on a virtual clock: how long a backlog takes to be carried out once the system is back. */
export const backlogDrain: Scenario = {
  name: 'backlog-drain',
  title: `A backlog of ${operations} writes after an outage, 5 requests a second allowed, live reads meanwhile (virtual clock)`,
  async run({ signal, progress }): Promise<Measured> {
    // Its logger reads this as it is loaded.
    process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
    const { outage } = await import('../../test/explore/outage.ts');
    let seed = 0;
    const drained = async () => {
      const lasts = (operations / 1.6) * 1_000 + 60_000;
      return figuresOf(
        await outage({
          ...{ seed: ++seed, operations, lasts, limits },
          perSecond: 1.6,
          documents: 200,
          readEvery: 3_000,
        }),
      );
    };
    const [figures = []] = await interleave([drained], {
      ...{ rounds, signal },
      progress: (round) => progress(`round ${round} of ${rounds}`),
    });
    const drain = 'drain time to the shortest possible time';
    return {
      series: [
        { what: drain, unit: 'times', samples: figures.map(({ ratio }) => ratio) },
        {
          what: 'requests beyond the limit of any second',
          unit: 'requests',
          samples: figures.map(({ over }) => over),
        },
        { what: 'the system is back to the first write', unit: 's', samples: figures.map(({ first }) => first) },
      ],
      wanted: [
        { what: drain, measure: 'max', atMost: 1.1 },
        { what: 'requests beyond the limit of any second', measure: 'max', atMost: 0 },
      ],
    };

    function figuresOf({ system, backAt, drainedAt, reads }: Awaited<ReturnType<typeof outage>>) {
      const arrivals = system.arrivals.filter(({ at }) => at >= backAt);
      const first = arrivals.find(({ method }) => method !== 'GET')?.at ?? drainedAt;
      const changes = system.ledger.filter(({ kind }) => kind === 'change').length;
      const live = reads.filter(({ at, status }) => status === 200 && at >= backAt && at <= drainedAt).length;
      const needed = requestsFor.create * (operations - changes) + requestsFor.change * changes + live;
      const most = mostInOneSecond(arrivals.map(({ at }) => at));
      return {
        // From the first write on: how long it takes to notice that the system is back stands in a line of its own.
        ratio: (drainedAt - first) / ((needed / limits.perSecond) * 1_000),
        over: Math.max(0, most - limits.perSecond),
        first: (first - backAt) / 1_000,
      };
    }
  },
};
