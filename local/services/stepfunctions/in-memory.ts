import type { Machine } from './definition.ts';
import { type Engine, openEngine } from './engine.ts';
import { type Evaluate, evaluator } from './expression.ts';
import type { ExpressionSources } from './expression-functions.ts';
import { answered, readCall } from './invoke-lambda.ts';
import { type KeptEvent, openMemoryStore } from './memory-store.ts';
import type { Outcome } from './place.ts';
import { readDefinition } from './read-definition.ts';
import { beginExecution } from './start-execution.ts';
import type { Execution, Store } from './store.ts';
import { type CallbackOptions, sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './task-callbacks.ts';

/** What a function does with its event: answers, fails with an error by name, or never answers, so that its task times out. */
export type Answer = { readonly payload: unknown } | { readonly error: string; readonly cause?: string } | 'no answer';

/** What a run takes from outside of itself. */
export interface RunOptions {
  readonly call: (name: string, event: unknown) => Answer | Promise<Answer>;
  /** At least 0 and less than 1; for jitter and `$random`. */
  readonly random?: () => number;
  /** Epoch milliseconds at which it starts. */
  readonly now?: number;
}

/** One execution in memory, on a clock of its own that moves only when it is told. */
export interface InMemoryRun {
  now(): number;
  /** The execution as it stands: its status, its output or error. */
  execution(): Execution;
  history(): readonly KeptEvent[];
  /** Does something in so many ms of the run's time, such as sending a token back. */
  after(ms: number, action: () => void | Promise<void>): void;
  /** Goes on as far as it goes without time. */
  settle(): Promise<void>;
  /** Moves time to what comes next, and goes on. Answers whether the execution still runs. */
  advance(): Promise<boolean>;
  /** Goes on until the execution has ended, however long that takes in its own time. */
  finish(): Promise<Execution>;
  /** Everything in the process is lost but what is kept: functions that run fail as after a kill. */
  restart(): void;
  sendTaskSuccess(taskToken: string, output: unknown): void;
  sendTaskFailure(taskToken: string, failure: { readonly error?: string; readonly cause?: string }): void;
  sendTaskHeartbeat(taskToken: string): void;
}

/** A machine that is read and compiled once. */
export interface InMemoryMachine {
  /** Starts an execution; one run after the other, for expressions take time and randomness from the latest. */
  start(input: unknown, options: RunOptions): InMemoryRun;
}

/** Reads a definition (JSON) to be run many times; its placeholders, `${name}`, stand for functions of that name. Errors: as a deployment of it has them. */
export const inMemoryMachine = (definition: string): InMemoryMachine => {
  const machine = readDefinition(definition.replace(/\$\{(\w+)\}/g, '$1'));
  let sources: ExpressionSources = { now: Date.now, random: Math.random };
  const evaluate = evaluator({ now: () => sources.now(), random: () => sources.random() });
  return {
    start(input, { call, random = () => 0.5, now = Date.UTC(2026, 0, 15, 12) }) {
      const clock = movableClock(now);
      sources = { now: clock.now, random };
      return startRun({ machine, evaluate, random, clock, call, input: JSON.stringify(input) });
    },
  };
};

const movableClock = (start: number) => {
  let time = start;
  return {
    now: () => time,
    moveTo(later: number) {
      time = Math.max(time, later);
    },
  };
};

interface Run {
  readonly machine: Machine;
  readonly evaluate: Evaluate;
  readonly random: () => number;
  readonly clock: ReturnType<typeof movableClock>;
  readonly call: RunOptions['call'];
  readonly input: string;
}

const roleArn = 'arn:aws:iam::123456789012:role/machine';
const machineArn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:machine';
const execution = {
  arn: 'arn:aws:states:eu-central-1:123456789012:execution:machine:run',
  name: 'run',
  machineArn,
  roleArn,
  digest: '',
};

const startRun = (run: Run): InMemoryRun => {
  const { machine, clock, input } = run;
  const store = openMemoryStore();
  const agenda = openAgenda();
  const faults: string[] = [];
  const engine = engineOf(run, store, (fault) => faults.push(fault));
  const found = (): Execution => {
    const kept = store.executions.find(execution.arn);
    if (!kept) throw new Error('there is no execution');
    return kept;
  };
  const settle = async () => {
    await engine.settled();
    if (faults.length > 0) throw new Error(faults.join('\n'));
  };
  const advance = async () => {
    await settle();
    await takeNext({ store, engine, clock, agenda });
    await settle();
    return found().status === 'RUNNING';
  };
  engine.start();
  engine.commit(() => beginExecution(store, machine, { ...execution, input, started: clock.now() }));
  return {
    now: clock.now,
    execution: found,
    history: () => store.history(execution.arn),
    after: (ms, action) => agenda.add(clock.now() + ms, action),
    settle,
    advance,
    async finish() {
      await settle();
      while (found().status === 'RUNNING') await advance();
      return found();
    },
    restart() {
      engine.stop();
      engine.start();
    },
    ...callbacksOf({ store, engine, clock, definitions: () => machine }),
  };
};

const callbacksOf = (using: CallbackOptions): Pick<InMemoryRun, `sendTask${string}` & keyof InMemoryRun> => ({
  sendTaskSuccess: (taskToken, output) =>
    void sendTaskSuccess(using, { taskToken, output: JSON.stringify(output ?? null) }),
  sendTaskFailure: (taskToken, failure) => void sendTaskFailure(using, { taskToken, ...failure }),
  sendTaskHeartbeat: (taskToken) => void sendTaskHeartbeat(using, { taskToken }),
});

/** Moves time to what comes first: something planned outside, or something due in the machine. */
const takeNext = async ({
  store,
  engine,
  clock,
  agenda,
}: {
  readonly store: Store;
  readonly engine: Engine;
  readonly clock: Run['clock'];
  readonly agenda: ReturnType<typeof openAgenda>;
}): Promise<void> => {
  const due = store.timetable.earliest() ?? Number.POSITIVE_INFINITY;
  const planned = agenda.earliest() ?? Number.POSITIVE_INFINITY;
  const next = Math.min(due, planned);
  // An execution that has ended waits for nothing; one that runs is due when it has taken too long.
  if (next === Number.POSITIVE_INFINITY) return;
  clock.moveTo(next);
  if (planned <= due) await agenda.take()?.();
  else engine.catchUp();
};

const engineOf = ({ machine, evaluate, random, clock, call }: Run, store: Store, log: (fault: string) => void) => {
  let tokens = 0;
  const newToken = () => {
    tokens += 1;
    return `token ${tokens}`;
  };
  return openEngine({
    store,
    clock,
    tools: { evaluate, now: clock.now, random, newToken },
    definitions: () => machine,
    log,
    // Time moves by `advance` alone, which looks itself for what is due.
    alarm: () => ({ set() {}, stop() {} }),
    async invoke(made) {
      const read = readCall(made);
      return 'name' in read ? outcomeOf(await call(read.name, read.payload)) : read;
    },
  });
};

const outcomeOf = (answer: Answer): Outcome | undefined => {
  if (answer === 'no answer') return undefined;
  return 'error' in answer ? { failure: answer } : answered(answer.payload, 'request');
};

/** What is to be done at times, earliest first. */
const openAgenda = () => {
  let items: readonly { readonly at: number; readonly action: () => void | Promise<void> }[] = [];
  return {
    add(at: number, action: () => void | Promise<void>) {
      items = [...items, { at, action }].toSorted((one, other) => one.at - other.at);
    },
    earliest: () => items[0]?.at,
    take() {
      const [first, ...rest] = items;
      items = rest;
      return first?.action;
    },
  };
};
