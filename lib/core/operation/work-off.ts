import { civilDate } from '../civil-date.ts';
import type { Configuration } from '../config.ts';
import { CountersignError } from '../errors.ts';
import { requirementOf } from '../policy/approval.ts';
import { recheckPolicy } from '../policy/recheck.ts';
import type { Totals } from '../policy/totals.ts';
import type { CatalogueEntry } from '../system.ts';
import { isRead } from '../tool.ts';
import { type Drained, type Draining, drain } from './drain.ts';
import type { Operation, Operations } from './operation.ts';
import { checkAge, checkPeriod, type Replaying, replay } from './replay.ts';
import { bindWrite, type Ground } from './write.ts';

/** The backlog of one system, and what carrying it out stands on. */
export interface Backlog extends Pick<Draining, 'receive' | 'now' | 'sleep' | 'failed'> {
  readonly system: string;
  readonly account: string;
  readonly configuration: Configuration;
  /** The tools of the system, by id. */
  readonly catalogue: ReadonlyMap<string, CatalogueEntry>;
  readonly ground: Ground;
  readonly operations: Operations;
  readonly totals: Totals;
  /** As `Replaying` says. */
  firstOf(lane: string): Promise<string | undefined>;
  /** Ids of what has been queued since before a moment (ms). */
  queuedBefore(moment: number): Promise<readonly string[]>;
}

/** A little longer than the schedule's minute: while there is work, one worker takes over from the other. */
const budget = 62_000;
/** At a time; the meter of the system may allow fewer. */
const workers = 8;
/** What has been queued for this long without a turn while the queue is empty has lost it, in ms. */
const lostAfter = 120_000;

/** Carries out what waits, oldest first in each lane, as fast as the system takes it, for about a minute. */
export function workOff(on: Backlog): Promise<Drained> {
  const { ground, operations, receive, now, sleep, failed } = on;
  const { meter, connector, client, patience } = ground;
  const replaying: Replaying = {
    operations,
    firstOf: on.firstOf,
    recheck: (operation) => recheck(operation, on),
    async write(operation) {
      const tool = await entryOf(operation, on).load();
      if (isRead(tool)) throw new CountersignError('TOOL_NOT_FOUND', `${operation.tool} is a read.`);
      return bindWrite(tool, ground);
    },
  };
  return drain(
    {
      ...{ receive, now, sleep, failed },
      admitted: () => meter.reserve({ write: true, traffic: 'replay' }),
      probe: () =>
        connector.ping(client, AbortSignal.timeout(patience)).catch((error: unknown) => {
          throw connector.mapError(error);
        }),
      take: (turn) => replay(turn, replaying),
      sweep: () => sweep(on),
    },
    { until: now() + budget, workers },
  );
}

function entryOf({ tool }: Operation, { catalogue, system }: Backlog): CatalogueEntry {
  const entry = catalogue.get(tool);
  if (!entry) throw new CountersignError('TOOL_NOT_FOUND', `${system} no longer has ${tool}.`);
  return entry;
}

async function recheck(operation: Operation, on: Backlog): Promise<void> {
  const { operations, configuration, account, totals } = on;
  const entry = entryOf(operation, on);
  const now = operations.now();
  const today = civilDate(now, configuration.timeZone);
  const { step } = operation;
  // What undoes a step is needed however late it is.
  if (step?.undoes === undefined) checkAge(operation, now, entry.contract.freshFor);
  // A redrive is somebody's word for today.
  const asked = operation.redriven?.at ?? operation.createdAt;
  if (entry.contract.datedWhenSent && step?.undoes === undefined)
    checkPeriod(civilDate(asked, configuration.timeZone), today);
  recheckPolicy(operation, entry, { configuration, account, today });
  const required = await requirementOf(entry, operation.agent, {
    input: JSON.parse(operation.input),
    step,
    configuration,
    sum: (towards) => totals.add({ ...towards, operationId: operation.id, now }),
  });
  if (required) throw new CountersignError('NOT_GRANTED', `By now a person has to approve this: ${required.why}`);
}

async function sweep({ operations, queuedBefore }: Backlog): Promise<number> {
  const ids = await queuedBefore(operations.now() - lostAfter);
  for (const id of ids) {
    const operation = await operations.get(id);
    // Another version is another turn.
    if (operation?.state === 'queued') await operations.change(operation, {});
  }
  return ids.length;
}
