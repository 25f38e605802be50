import { type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { longestWait } from '../core/approval/longest-wait.ts';
import type { Operation } from '../core/operation/operation.ts';

/**
 * Starts the machine in which an operation waits for people. Any number of times: the execution has the operation's name,
 * and one that is there, or has been, is enough. False for a system that has no machine (any more).
 */
export const approvalMachines =
  (client: SFNClient, machines: Readonly<Record<string, string>>) =>
  async ({ id, system, approval }: Operation): Promise<boolean> => {
    const stateMachineArn = Object.hasOwn(machines, system) ? machines[system] : undefined;
    if (stateMachineArn === undefined || !approval) return false;
    const input = JSON.stringify({ operationId: id, timeoutSeconds: longestWait(approval) });
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn, name: id, input }));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ExecutionAlreadyExists') throw error;
    }
    return true;
  };
