import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Machine } from '../../../local/services/stepfunctions/definition.ts';
import { openEngine } from '../../../local/services/stepfunctions/engine.ts';
import { evaluator } from '../../../local/services/stepfunctions/expression.ts';
import { readCall } from '../../../local/services/stepfunctions/invoke-lambda.ts';
import { openMemoryStore } from '../../../local/services/stepfunctions/memory-store.ts';
import type { Outcome } from '../../../local/services/stepfunctions/place.ts';
import { beginExecution } from '../../../local/services/stepfunctions/start-execution.ts';
import type { Execution } from '../../../local/services/stepfunctions/store.ts';
import { sendTaskSuccess } from '../../../local/services/stepfunctions/task-callbacks.ts';
import { finish } from '../../../local/services/stepfunctions/threads.ts';
import type { Process } from '../process.ts';
import type { VirtualClock } from '../virtual-clock.ts';

// Expressions are read once for all lives; one life takes place at a time.
let sources = { now: Date.now, random: Math.random };
const evaluate = evaluator({ now: () => sources.now(), random: () => sources.random() });

interface MachinesOptions {
  readonly clock: VirtualClock;
  readonly random: () => number;
  readonly definitionOf: (name: string) => Machine;
  /** Calls a function; nothing when no answer will ever come. */
  readonly invoke: (name: string, event: unknown) => Promise<Outcome | undefined>;
  readonly defect: (what: string) => void;
}

/** Step Functions, with the engine that the product has on one machine, on a virtual clock. */
export function machines({ clock, random, definitionOf, invoke, defect }: MachinesOptions) {
  sources = { now: clock.now, random };
  const store = openMemoryStore();
  const executions: string[] = [];
  const tokens: string[] = [];
  let rings = Number.POSITIVE_INFINITY;
  const engine = openEngine({
    store,
    clock,
    tools: {
      evaluate,
      now: clock.now,
      random,
      newToken() {
        const token = `token ${tokens.length + 1}`;
        tokens.push(token);
        return token;
      },
    },
    definitions: definitionOf,
    log: defect,
    alarm: (earliest, ring) => ({
      set() {
        const due = earliest() ?? Number.POSITIVE_INFINITY;
        if (due >= rings || due === Number.POSITIVE_INFINITY) return;
        rings = due;
        clock.at(due, () => {
          if (rings === due) rings = Number.POSITIVE_INFINITY;
          ring();
        });
      },
      stop() {},
    }),
    async invoke(made) {
      const read = readCall(made);
      return 'name' in read ? invoke(read.name, read.payload) : read;
    },
  });
  engine.start();
  const start = ({ stateMachineArn, name, input }: Asked): void => {
    const arn = `${stateMachineArn}:${name}`;
    const known = store.executions.find(arn);
    if (known?.status === 'RUNNING' && known.input === input) return;
    if (known) throw Object.assign(new Error(arn), { name: 'ExecutionAlreadyExists' });
    executions.push(arn);
    const execution = { arn, name, machineArn: stateMachineArn, roleArn: '', digest: stateMachineArn, input };
    engine.commit(() => beginExecution(store, definitionOf(stateMachineArn), { ...execution, started: clock.now() }));
  };
  const all = (): Execution[] =>
    executions.flatMap((arn) => {
      const execution = store.executions.find(arn);
      return execution ? [execution] : [];
    });
  const succeed = (taskToken: string): void => {
    try {
      sendTaskSuccess({ store, engine, clock, definitions: definitionOf }, { taskToken, output: '{}' });
    } catch (error) {
      throw Object.assign(new Error(String(error)), { name: Object(error).code ?? 'Error' });
    }
  };
  return {
    all,
    /** The client of one process. */
    clientOf: (process: Process) =>
      ({
        send: ({ input }: { readonly input: Partial<Asked> & { readonly taskToken?: string } }) =>
          process.trip('queue', () => {
            const { stateMachineArn = '', name = '', input: given = '', taskToken } = input;
            if (taskToken === undefined) start({ stateMachineArn, name, input: given });
            else succeed(taskToken);
            return {};
          }),
      }) as unknown as SFNClient,
    /** Tells every token that was ever handed out back, as deliveries that come late or twice do. */
    wakeAll() {
      for (const token of [...tokens])
        try {
          succeed(token);
        } catch (error) {
          if (!(error instanceof Error) || !gone.has(error.name)) throw error;
        }
    },
    /** Ends executions by hand. */
    abort() {
      for (const { arn, status } of all())
        if (status === 'RUNNING')
          engine.commit(() => finish(store, arn, { at: clock.now(), status: 'ABORTED', failure: {} }));
    },
    /** Everything in the process is lost but what is kept. */
    restart() {
      engine.stop();
      rings = Number.POSITIVE_INFINITY;
      engine.start();
    },
    stop: () => engine.stop(),
  };
}

interface Asked {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
}

const gone: ReadonlySet<string> = new Set(['TaskDoesNotExist', 'TaskTimedOut']);

/** Step Functions as a life has it. */
export type Machines = ReturnType<typeof machines>;
