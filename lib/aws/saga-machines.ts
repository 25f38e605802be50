import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Operation } from '../core/operation/operation.ts';
import { startOnce } from './start-once.ts';

/** Starts the machines of sagas. Answers false for a saga that has no machine (any more). */
export const sagaMachines = (client: SFNClient, machines: Readonly<Record<string, string>>) =>
  startOnce(client, ({ id, tool }: Operation) => {
    const stateMachineArn = Object.hasOwn(machines, tool) ? machines[tool] : undefined;
    return stateMachineArn === undefined ? undefined : { stateMachineArn, input: JSON.stringify({ operationId: id }) };
  });
