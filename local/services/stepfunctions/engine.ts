import { messageOf } from '../../local-error.ts';
import type { Alarm } from './alarm.ts';
import type { Machine } from './definition.ts';
import { passTime } from './due.ts';
import { type Call, lostCall } from './invoke-lambda.ts';
import { nextStep, type StepTools } from './next-step.ts';
import { findPlace, type Outcome, type Place } from './place.ts';
import type { Phase, Store } from './store.ts';
import { takeStep } from './take-step.ts';
import { beginTask, endTask, submitTask } from './task.ts';
import type { Ready } from './threads.ts';

/** What moves executions: each step is computed first and then taken in one transaction, so that a kill loses none and doubles none. */
export interface Engine {
  /** Takes up everything that a stopped or killed process left, and begins to keep the time. */
  start(): void;
  /** Stops where it is; a function that runs is treated as after a kill. */
  stop(): void;
  /** Whether nothing goes on by itself: every execution waits for a token or for a time to come. */
  drained(): boolean;
  /** Waits until no thread is under way; one whose function does not answer is not. */
  settled(): Promise<void>;
  /** Makes a durable change, and lets the threads go on that it makes ready. */
  commit(change: () => Ready): void;
  /** Carries out what is already due, before something else looks at it. */
  catchUp(): void;
}

/** What the engine works with. */
export interface EngineOptions {
  readonly store: Store;
  readonly clock: { now(): number };
  /** Rings when something is due; `ring` may come early or late. */
  readonly alarm: (earliest: () => number | undefined, ring: () => void) => Alarm;
  /** Calls the function of a task, and never throws; nothing when no answer will ever come. */
  readonly invoke: (call: Call) => Promise<Outcome | undefined>;
  readonly tools: StepTools;
  readonly definitions: (digest: string) => Machine;
  readonly log: (text: string) => void;
}

/** The engine as its own work sees it. */
interface Works extends EngineOptions {
  commit(change: () => Ready): void;
  /** Since the work began, without a stop. */
  isRunning(): boolean;
}

/** The phases in which a thread goes on without anybody. */
const ownMotion: readonly Phase[] = ['entered', 'scheduled', 'settled'];

/** Makes an engine that stands still until it is started. */
export const openEngine = (options: EngineOptions): Engine => {
  const { store, clock, definitions } = options;
  let running = false;
  let starts = 0;
  let underWay = 0;
  let waiting: (() => void)[] = [];
  const tellSettled = () => {
    if (underWay > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  const goOn = async (id: number): Promise<void> => {
    const since = starts;
    underWay += 1;
    await advance({ ...works, isRunning: () => running && since === starts }, id);
    // What was under way when the engine stopped is taken up again from what is kept.
    if (since !== starts) return;
    underWay -= 1;
    tellSettled();
  };
  const commit = (change: () => Ready) => {
    const ready = store.transaction(change);
    alarm.set();
    for (const id of ready) void goOn(id);
  };
  const catchUp = () => {
    if (!running) return;
    const now = clock.now();
    // In the order in which they were due, however far the clock has jumped.
    for (const due of store.timetable.until(now)) commit(() => passTime(store, definitions, due, now));
    alarm.set();
  };
  const alarm = options.alarm(() => (running ? store.timetable.earliest() : undefined), catchUp);
  const works: Works = { ...options, commit, isRunning: () => running };
  return {
    start() {
      running = true;
      starts += 1;
      underWay = 0;
      for (const id of store.threads.in(['started'])) failLost(works, id);
      for (const id of store.threads.in(ownMotion)) void goOn(id);
      alarm.set();
      tellSettled();
    },
    stop() {
      running = false;
      alarm.stop();
    },
    drained: () => underWay === 0 && (store.timetable.earliest() ?? Number.POSITIVE_INFINITY) > clock.now(),
    settled: () => (underWay === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve))),
    commit,
    catchUp,
  };
};

/** Takes a thread one step further, if it can go on by itself. Never throws. */
const advance = async (works: Works, id: number): Promise<void> => {
  if (!works.isRunning()) return;
  try {
    const place = findPlace(works.store, works.definitions, id);
    const phase = place?.thread.phase;
    if (place && phase === 'scheduled') await runTask(works, place);
    if (place && (phase === 'entered' || phase === 'settled')) await step(works, place);
  } catch (error) {
    works.log(`states: ${error instanceof Error ? error.stack : messageOf(error)}`);
  }
};

const step = async ({ store, clock, tools, definitions, commit, isRunning }: Works, place: Place): Promise<void> => {
  const next = await nextStep(place, tools);
  if (isRunning()) commit(() => takeStep(store, definitions(place.execution.digest), place, next, clock.now()));
};

const runTask = async (works: Works, scheduled: Place): Promise<void> => {
  const { store, clock, commit, isRunning } = works;
  const place = store.transaction(() => beginTask(store, scheduled, clock.now()));
  if (!place) return;
  const call = { roleArn: place.execution.roleArn, arguments: place.thread.arguments ?? '{}' };
  const outcome = await works.invoke(call);
  // What is answered while the local AWS ends may be the end of the function itself.
  if (!outcome || !isRunning()) return;
  const submitted = place.thread.token !== undefined && 'result' in outcome;
  commit(() =>
    submitted ? submitTask(store, place, outcome.result, clock.now()) : endTask(store, place, outcome, clock.now()),
  );
};

/** A function was called by a process that is gone: nobody will hear its answer. */
const failLost = ({ store, clock, definitions, commit }: Works, id: number): void => {
  const place = findPlace(store, definitions, id);
  if (place) commit(() => endTask(store, place, lostCall, clock.now()));
};
