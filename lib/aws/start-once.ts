import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Operation } from '../core/operation/operation.ts';

/** Executions of one operation, over all repairs. */
const mostExecutions = 100;

/** Starts the machines that operations wait in, or are carried out by. Both answer false where there is no machine (any more). */
export interface Machines {
  /** Any number of times: the execution has the operation's name, and one that is there, or has been, is enough. */
  start(operation: Operation): Promise<boolean>;
  /**
   * As `start`, for an operation that surely needs one: where its executions have all ended, badly then, it gets one more. A
   * start of what runs already is no error and changes nothing, so that the first name that is taken is the one in use.
   */
  startAgain(operation: Operation): Promise<boolean>;
}

interface Start {
  readonly stateMachineArn: string;
  readonly input: string;
}

/** The machines that `startOf` says; nothing where there is none. */
export function startOnce(client: SFNClient, startOf: (operation: Operation) => Start | undefined): Machines {
  const startAgain = async (operation: Operation): Promise<boolean> => {
    const start = startOf(operation);
    if (!start) return false;
    for (const name of namesOf(operation)) if (await isTaken(client, { ...start, name })) return true;
    throw new Error(`${mostExecutions} executions of one operation have ended badly`);
  };
  return {
    async start(operation) {
      // The execution of what was dead has ended.
      if (operation.redriven) return startAgain(operation);
      const start = startOf(operation);
      if (start) await isTaken(client, { ...start, name: operation.id });
      return start !== undefined;
    },
    startAgain,
  };
}

const namesOf = ({ id }: Operation): string[] => [
  id,
  ...Array.from({ length: mostExecutions - 1 }, (_, n) => `${id}.${n + 2}`),
];

/** Whether the start was taken: now, or before by an execution that still runs. An execution that has ended keeps its name. */
async function isTaken(client: SFNClient, start: Start & { readonly name: string }): Promise<boolean> {
  try {
    await client.send(new StartExecutionCommand(start));
    return true;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExecutionAlreadyExists') throw error;
    return false;
  }
}
