import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';

/** What says that an execution waits no longer: it ended, timed out, or was woken before. */
const gone: ReadonlySet<string> = new Set(['TaskDoesNotExist', 'TaskTimedOut', 'InvalidToken']);

/** Wakes the execution that holds a task token. Carries no decision: what wakes reads it from the store. */
export const wakeExecution =
  (client: SFNClient) =>
  async (taskToken: string): Promise<void> => {
    try {
      await client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
    } catch (error) {
      if (!(error instanceof Error) || !gone.has(error.name)) throw error;
    }
  };
