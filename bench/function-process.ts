import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import type { Backends } from './backends.ts';
import { coordination, tables } from './backends.ts';
import { account } from './call.ts';

/** A bundle that is run, and the environment that it needs. */
export interface Subject {
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
}

const answer = z.object({ statuses: z.array(z.number()), body: z.string().default(''), cpuMs: z.number() });

/** What a function answered: the CPU time of its whole process, in ms, and the last body. */
export type Carried = z.output<typeof answer>;

/** A function in a process of its own, as Lambda runs it. */
export interface FunctionProcess {
  /** Hands events over one after the other, whatever the answers are. */
  send(events: readonly APIGatewayProxyEvent[]): Promise<Carried>;
  /** The same, but throws unless every answer is 200. */
  carryOut(events: readonly APIGatewayProxyEvent[]): Promise<Carried>;
  close(): void;
}

/** Starts the process; the first events wait until the bundle is loaded. */
export function startFunction({ bundle, environment }: Subject, signal: AbortSignal): FunctionProcess {
  const child = fork(join(import.meta.dirname, 'hosts', 'function.cjs'), [bundle], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    signal,
  });
  // Ending it is an error event only because it was asked for by the signal.
  child.on('error', () => undefined);
  const complaints = child.stderr ? text(child.stderr) : Promise.resolve('');
  const send = (events: readonly APIGatewayProxyEvent[]) => {
    child.send({ events: events.map((event) => JSON.stringify(event)) });
    return nextAnswer(child, complaints, signal);
  };
  return {
    send,
    carryOut: async (events) => {
      const carried = await send(events);
      const bad = carried.statuses.find((status) => status !== 200);
      if (bad !== undefined) throw new Error(`${bundle} answered ${bad}: ${carried.body}`);
      return carried;
    },
    close: () => void child.kill('SIGKILL'),
  };
}

async function nextAnswer(child: ChildProcess, complaints: Promise<string>, signal: AbortSignal): Promise<Carried> {
  const over = new AbortController();
  const exited = once(child, 'exit', { signal: over.signal }).then(async () => {
    signal.throwIfAborted();
    throw new Error(`The function ended: ${(await complaints).trim()}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: over.signal }), exited]);
    return answer.parse(message);
  } finally {
    exited.catch(() => undefined);
    over.abort();
  }
}

/** What Lambda puts into every function's environment; nothing of this shell gets in. */
function lambdaEnvironment(endpoint: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    TZ: 'UTC',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_ENDPOINT_URL: endpoint,
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
}

/** The functions that are compared, ready to run against the backends. */
export function subjectsOf(
  files: { readonly empty: string; readonly countersign: string; readonly conventional: string },
  { endpoint, erp }: Backends,
): Record<keyof typeof files, Subject> {
  const lambda = lambdaEnvironment(endpoint);
  const { api = '', token = '' } = erp.origins;
  return {
    empty: { bundle: files.empty, environment: lambda },
    countersign: {
      bundle: files.countersign,
      environment: {
        ...lambda,
        STAGE: 'local',
        ACCOUNT_ID: account,
        OPERATIONS_TABLE: tables.countersign,
        JOURNAL_TABLE: 'journal',
        COORDINATION_TABLE: coordination,
        RESULTS_BUCKET: 'results',
        SYSTEM: 'erp',
        ACCESS: 'write',
        SECRET_ARN: 'arn:bench',
        ORIGINS: JSON.stringify(erp.origins),
      },
    },
    conventional: {
      bundle: files.conventional,
      environment: {
        ...lambda,
        IDEMPOTENCY_TABLE: tables.conventional,
        SECRET_ARN: 'arn:bench',
        API_URL: api,
        TOKEN_URL: token,
      },
    },
  };
}
