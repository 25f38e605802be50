import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { openStepFunctions } from './running.ts';

type Local = Awaited<ReturnType<typeof openStepFunctions>>;

type Options = NonNullable<Parameters<typeof openStepFunctions>[0]> & {
  /** Moves time and sends tokens back until the execution has ended. */
  readonly onward?: (local: Local, arn: string) => Promise<void>;
};

/** What became of an execution, in the form in which records of AWS can be compared with it. */
export interface Followed {
  readonly status: string | undefined;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Each event as its number, the number of the one that it follows, and its type. */
  readonly events: readonly string[];
  /** The details of the events of a type. */
  details(type: string): readonly Record<string, unknown>[];
}

/** Runs a definition to its end, and tells what the history says of it. */
export const follow = async (definition: string, input: unknown = {}, options: Options = {}): Promise<Followed> => {
  const local = await openStepFunctions(options);
  await local.deployMachine(definition);
  const arn = await local.start(input);
  await options.onward?.(local, arn);
  const { status, output, error, cause } = await local.describe(arn);
  const history = await local.history(arn);
  return {
    status,
    output: output === undefined ? undefined : JSON.parse(output),
    error,
    cause,
    events: history.map(({ id, previousEventId, type }) => `${id} ${previousEventId} ${type}`),
    details: (type) => history.filter((event) => event.type === type).map(detailsOf),
  };
};

const detailsOf = (event: HistoryEvent): Record<string, unknown> => {
  const found = Object.entries(event).find(([name]) => name.endsWith('EventDetails'));
  return { ...Object(found?.[1]) };
};

/** A function that always fails with an error. */
export const failing =
  (name: string, message = 'no') =>
  () => {
    throw Object.assign(new Error(message), { name });
  };
