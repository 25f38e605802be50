import { DescribeExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { approvalMachines } from '../../../lib/aws/approval-machines.ts';
import { approvedWrite } from '../../../statemachines/approved-write.ts';
import { machineArn, openStepFunctions } from '../../local/services/stepfunctions/running.ts';
import { draftOf } from '../core/operation/memory-operations.ts';

const approval = { need: 1, of: ['anna'], why: '', within: 1.5, round: 1 };
const waiting = { ...draftOf('op1', 0, { state: 'awaiting_approval', attempts: 0 }), approval };

const running = async (next: string) => {
  const calls: unknown[] = [];
  const approved = (event: Record<string, unknown>) => {
    calls.push(event['do']);
    return { next };
  };
  const local = await openStepFunctions({ handlers: { approved } });
  await local.deployMachine(JSON.stringify(approvedWrite), {
    DefinitionSubstitutions: { ApprovedFunction: 'approved' },
  });
  const { start, startAgain } = approvalMachines(local.client, { [waiting.system]: machineArn });
  const arnOf = (name: string) => `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  const execution = (name = 'op1') => local.client.send(new DescribeExecutionCommand({ executionArn: arnOf(name) }));
  const stop = (name: string) => local.client.send(new StopExecutionCommand({ executionArn: arnOf(name) }));
  return { ...local, calls, start, startAgain, stop, execution };
};

test('an operation that waits has one execution of its name, however often it is started', async () => {
  const { start, calls, execution, drained } = await running('done');
  expect(await start(waiting)).toBe(true);
  await drained();
  expect(await start({ ...waiting, version: 2, approval: { ...approval, round: 2 } })).toBe(true);
  await drained();
  expect(calls).toEqual(['ask']);
  const { input, status } = await execution();
  expect(status).toBe('RUNNING');
  expect(JSON.parse(input ?? '')).toEqual({ operationId: 'op1', timeoutSeconds: 5400 });
});

test('an execution that has ended is not started again', async () => {
  const { start, calls, execution, advance } = await running('done');
  await start(waiting);
  await advance(2 * 3_600_000);
  expect((await execution()).status).toBe('SUCCEEDED');
  expect(await start(waiting)).toBe(true);
  expect(calls).toEqual(['ask', 'carry-out']);
});

test('what still waits when its execution has ended gets one more, and no other while that one runs', async () => {
  const { start, startAgain, stop, execution, calls, drained } = await running('ask');
  await start(waiting);
  for (let n = 0; n < 2; n++) expect(await startAgain(waiting)).toBe(true);
  await expect(execution('op1.2')).rejects.toThrow();
  for (const [ended, next] of [
    ['op1', 'op1.2'],
    ['op1.2', 'op1.3'],
  ] as const) {
    await stop(ended);
    expect(await start(waiting)).toBe(true);
    for (let n = 0; n < 2; n++) await startAgain(waiting);
    expect((await execution(next)).status).toBe('RUNNING');
  }
  await drained();
  await expect(execution('op1.4')).rejects.toThrow();
  expect(calls).toEqual(['ask', 'ask', 'ask']);
});

test('what was dead and is redriven waits in another execution, once', async () => {
  const { start, calls, execution, advance } = await running('done');
  await start(waiting);
  await advance(2 * 3_600_000);
  const redriven = { ...waiting, redriven: { times: 1, at: 0 } };
  for (let n = 0; n < 2; n++) expect(await start(redriven)).toBe(true);
  expect((await execution('op1.2')).status).toBe('RUNNING');
  await expect(execution('op1.3')).rejects.toThrow();
  expect(calls.slice(0, 2)).toEqual(['ask', 'carry-out']);
});

test('what has no machine is not started, and what cannot be started fails', async () => {
  const { client, start } = await running('done');
  expect(await start({ ...waiting, system: 'constructor' })).toBe(false);
  const gone = approvalMachines(client, { [waiting.system]: `${machineArn}-gone` });
  await expect(gone.start(waiting)).rejects.toThrow();
  expect(await gone.startAgain({ ...waiting, system: 'constructor' })).toBe(false);
});
