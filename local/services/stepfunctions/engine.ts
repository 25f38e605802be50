import { atTime } from '../../at-time.ts';
import type { LocalClock } from '../../clock.ts';
import { messageOf } from '../../local-error.ts';
import { transaction } from '../../transaction.ts';
import type { Machine } from './definition.ts';
import { dueNow, nextDue, passTime } from './due.ts';
import { invokeLambda, type LambdaAccess, lostCall } from './invoke-lambda.ts';
import { nextStep, type StepTools } from './next-step.ts';
import { findPlace, type Place } from './place.ts';
import type { Store } from './store.ts';
import { takeStep } from './take-step.ts';
import { beginTask, endTask, submitTask } from './task.ts';
import type { Ready } from './threads.ts';

/** What moves executions: each step is computed first and then taken in one transaction, so that a kill loses none and doubles none. */
export interface Engine {
  /** Takes up everything that a stopped or killed process left, and begins to keep the time. */
  start(): void;
  /** Stops where it is; functions that run are called again or not as after a kill. */
  stop(): void;
  /** Whether nothing goes on by itself: every execution waits for a token or a time to come. */
  drained(): boolean;
  /** Makes a durable change, and lets the threads go on that it makes ready. */
  commit(change: () => Ready): void;
  /** Carries out what is already due, before something else looks at it. */
  catchUp(): void;
}

/** What the engine works with. */
export interface EngineOptions extends LambdaAccess {
  readonly store: Store;
  readonly clock: LocalClock;
  readonly tools: StepTools;
  readonly definitions: (digest: string) => Machine;
  readonly log: (text: string) => void;
}

/** Makes an engine that stands still until it is started. */
export const openEngine = (options: EngineOptions): Engine => {
  const { store, clock, definitions, log } = options;
  let running = false;
  let underWay = 0;
  let ring: { readonly due: number; stop(): void } | undefined;

  const setAlarm = () => {
    const due = running ? nextDue(store) : undefined;
    if (ring?.due === due) return;
    ring?.stop();
    ring = due === undefined ? undefined : { due, stop: atTime(clock, due, catchUp) };
  };
  const commit = (change: () => Ready) => {
    const ready = transaction(store.database, change);
    setAlarm();
    for (const id of ready) void goOn(id);
  };
  const catchUp = () => {
    if (!running) return;
    ring = undefined;
    const now = clock.now();
    // In the order in which they were due, however far the clock has jumped.
    for (const due of dueNow(store, now)) commit(() => passTime(store, definitions, due, now));
    setAlarm();
  };
  const goOn = async (id: number): Promise<void> => {
    if (!running) return;
    underWay += 1;
    try {
      const place = findPlace(store, definitions, id);
      const phase = place?.thread.phase;
      if (place && phase === 'scheduled') await runTask(place);
      if (place && (phase === 'entered' || phase === 'settled')) await step(place);
    } catch (error) {
      log(`states: ${error instanceof Error ? error.stack : messageOf(error)}`);
    } finally {
      underWay -= 1;
    }
  };
  const step = async (place: Place): Promise<void> => {
    const next = await nextStep(place, options.tools);
    if (!running) return;
    commit(() => takeStep(store, definitions(place.execution.digest), place, next, clock.now()));
  };
  const runTask = async (scheduled: Place): Promise<void> => {
    const place = transaction(store.database, () => beginTask(store, scheduled, clock.now()));
    if (!place) return;
    const call = { roleArn: place.execution.roleArn, arguments: place.thread.arguments ?? '{}' };
    const outcome = await invokeLambda(options, call);
    // What is answered while the local AWS ends may be the end of the function itself.
    if (!running) return;
    const submitted = place.thread.token !== undefined && 'result' in outcome;
    commit(() =>
      submitted ? submitTask(store, place, outcome.result, clock.now()) : endTask(store, place, outcome, clock.now()),
    );
  };
  const recover = () => {
    for (const id of threadsIn(store, ['started'])) {
      const place = findPlace(store, definitions, id);
      if (place) commit(() => endTask(store, place, lostCall, clock.now()));
    }
    for (const id of threadsIn(store, ['entered', 'scheduled', 'settled'])) void goOn(id);
  };
  return {
    start() {
      running = true;
      recover();
      setAlarm();
    },
    stop() {
      running = false;
      ring?.stop();
      ring = undefined;
    },
    drained: () => underWay === 0 && (nextDue(store) ?? Number.POSITIVE_INFINITY) > clock.now(),
    commit,
    catchUp,
  };
};

const threadsIn = ({ sql }: Store, phases: readonly string[]): readonly number[] =>
  sql('SELECT id FROM stepfunctions_thread WHERE phase IN (SELECT value FROM json_each(?)) ORDER BY id')
    .all(JSON.stringify(phases))
    .map(({ id }) => Number(id));
