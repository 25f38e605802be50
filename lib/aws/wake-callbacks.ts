import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { logError } from './log.ts';

/** How long Lambda may take to note that a function is to run, in ms. */
const patience = 2_000;

/** Has the functions run that tell these agents, now instead of within a minute. Where that fails it is still done within a minute. */
export const wakingCallbacks =
  (client: LambdaClient, functions: Readonly<Record<string, string>>) =>
  async (agents: Iterable<string>): Promise<void> => {
    for (const agent of agents) {
      const invocation = new InvokeCommand({ FunctionName: functions[agent], InvocationType: 'Event', Payload: '{}' });
      try {
        await client.send(invocation, { abortSignal: AbortSignal.timeout(patience) });
      } catch (error) {
        logError('what tells an agent could not be woken', error, { agent });
      }
    }
  };
