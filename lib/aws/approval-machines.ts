import type { SFNClient } from '@aws-sdk/client-sfn';
import { longestWait } from '../core/approval/longest-wait.ts';
import { type Machines, startOnce } from './start-once.ts';

/** The machines in which operations wait for people: system -> ARN. */
export const approvalMachines = (client: SFNClient, machines: Readonly<Record<string, string>>): Machines =>
  startOnce(client, ({ id, system, approval }) => {
    const stateMachineArn = Object.hasOwn(machines, system) ? machines[system] : undefined;
    if (stateMachineArn === undefined || !approval) return undefined;
    return { stateMachineArn, input: JSON.stringify({ operationId: id, timeoutSeconds: longestWait(approval) }) };
  });
