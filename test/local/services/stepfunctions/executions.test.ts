import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { call, jsonata, machineArn, machineRole, openStepFunctions, outputOf } from './running.ts';

const end = { End: true };
const dayMs = 86_400_000;
const waiting = jsonata('Day', { Day: { Type: 'Wait', Seconds: 86_400, Output: '{% $states.input.n %}', ...end } });
const executionArn = (name: string) => `arn:aws:states:eu-central-1:123456789012:execution:machine:${name}`;

const startRaw = (client: SFNClient, name: string | undefined, input?: string) =>
  client.send(new StartExecutionCommand({ stateMachineArn: machineArn, name, input }));

describe('StartExecution', () => {
  it('sent again with the same name and input is the same execution while that runs', async () => {
    const { deployMachine, client, clock, advance, history } = await openStepFunctions();
    await deployMachine(waiting);
    const first = await startRaw(client, 'order-1', '{"n":1}');
    clock.advance(5_000);
    const again = await Promise.all(Array.from({ length: 10 }, () => startRaw(client, 'order-1', '{"n":1}')));
    for (const { executionArn: arn, startDate } of again) {
      expect({ arn, startDate }).toEqual({ arn: executionArn('order-1'), startDate: first.startDate });
    }
    const started = (await history(executionArn('order-1'))).filter(({ type }) => type === 'ExecutionStarted');
    expect(started).toHaveLength(1);
    const exists = {
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${executionArn('order-1')}'`,
    };
    await expect(startRaw(client, 'order-1', '{"n":2}')).rejects.toMatchObject(exists);
    await advance(dayMs);
    await expect(startRaw(client, 'order-1', '{"n":1}')).rejects.toMatchObject(exists);
  });

  it('may use a name again 90 days after the execution of that name has ended', async () => {
    const { deployMachine, client, advance, start } = await openStepFunctions();
    await deployMachine(jsonata('A', { A: { Type: 'Succeed' } }));
    await start({}, 'again');
    await advance(90 * dayMs - 1);
    await expect(startRaw(client, 'again', '{}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await advance(1);
    expect((await startRaw(client, 'again', '{}')).executionArn).toBe(executionArn('again'));
  });

  it('without name and input makes up a name, and an empty input', async () => {
    const { deployMachine, client, describe: describeExecution } = await openStepFunctions();
    await deployMachine(waiting);
    const { executionArn: arn = '' } = await startRaw(client, undefined);
    expect(arn).toMatch(/^arn:aws:states:eu-central-1:123456789012:execution:machine:[0-9a-f-]{36}$/);
    expect(await describeExecution(arn)).toMatchObject({ input: '{}' });
  });

  it.each([
    ['a b', 'InvalidName'],
    ['a/b', 'InvalidName'],
    ['a\nb', 'InvalidName'],
    ['a*', 'InvalidName'],
    ['x'.repeat(81), 'ValidationException'],
  ])('refuses the name %j', async (name, error) => {
    const { deployMachine, client } = await openStepFunctions();
    await deployMachine(waiting);
    await expect(startRaw(client, name)).rejects.toMatchObject({ name: error });
  });

  it('refuses an input that is no JSON or too large, an unknown machine, and members it does not have', async () => {
    const { deployMachine, client } = await openStepFunctions();
    await deployMachine(waiting);
    await expect(startRaw(client, 'a', '{')).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
    const large = JSON.stringify('x'.repeat(262_143));
    await expect(startRaw(client, 'a', large)).rejects.toMatchObject({ name: 'ValidationException' });
    const start = (input: object) => client.send(new StartExecutionCommand({ stateMachineArn: machineArn, ...input }));
    await expect(start({ stateMachineArn: `${machineArn}2` })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
    await expect(start({ stateMachineArn: 'machine' })).rejects.toMatchObject({ name: 'InvalidArn' });
    await expect(start({ traceHeader: 'x' })).rejects.toThrow('traceHeader');
  });

  it('asks permission on the machine, and what looks at executions on them', async () => {
    const { service } = await openStepFunctions();
    const { StartExecution, ListExecutions, DescribeExecution, GetExecutionHistory, StopExecution } = service.actions;
    for (const [name, action] of Object.entries({ StartExecution, ListExecutions })) {
      const expected = [{ action: `states:${name}`, resource: machineArn }];
      expect(action.permissions({ stateMachineArn: machineArn })).toEqual(expected);
    }
    for (const [name, action] of Object.entries({ DescribeExecution, GetExecutionHistory, StopExecution })) {
      const expected = [{ action: `states:${name}`, resource: executionArn('a') }];
      expect(action.permissions({ executionArn: executionArn('a') })).toEqual(expected);
    }
  });
});

describe('an execution', () => {
  it('describes itself while it runs and after it', async () => {
    const { deployMachine, start, advance, describe: describeExecution } = await openStepFunctions();
    await deployMachine(waiting);
    const arn = await start({ n: 1 }, 'one');
    const began = new Date('2026-01-15T12:00:00Z');
    const running = await describeExecution(arn);
    expect(running).toMatchObject({
      executionArn: arn,
      stateMachineArn: machineArn,
      name: 'one',
      status: 'RUNNING',
      startDate: began,
      input: '{"n":1}',
    });
    expect(running.stopDate).toBeUndefined();
    await advance(dayMs);
    const stopDate = new Date(began.getTime() + dayMs);
    expect(await describeExecution(arn)).toMatchObject({ status: 'SUCCEEDED', output: '1', stopDate });
  });

  it('cannot be redriven: that is refused by name', async () => {
    const { client, run } = await openStepFunctions();
    const { executionArn } = await run(jsonata('A', { A: { Type: 'Fail', Error: 'E' } }));
    await expect(client.send(new RedriveExecutionCommand({ executionArn }))).rejects.toThrow('RedriveExecution');
  });

  it('that is stopped does nothing any more', async () => {
    const { deployMachine, start, advance, client, clock, describe: describeExecution } = await openStepFunctions();
    await deployMachine(waiting);
    const arn = await start({ n: 1 });
    await advance(1_000);
    const stop = new StopExecutionCommand({ executionArn: arn, error: 'Operator', cause: 'by mistake' });
    const { stopDate } = await client.send(stop);
    expect(stopDate).toEqual(new Date(clock.now()));
    await advance(dayMs);
    const stopped = { status: 'ABORTED', error: 'Operator', cause: 'by mistake', stopDate };
    expect(await describeExecution(arn)).toMatchObject(stopped);
    expect((await client.send(stop)).stopDate).toEqual(stopDate);
  });

  it('that is not there is said not to be', async () => {
    const { client } = await openStepFunctions();
    const gone = { executionArn: executionArn('gone') };
    for (const command of [new DescribeExecutionCommand(gone), new StopExecutionCommand(gone)]) {
      await expect(client.send(command as DescribeExecutionCommand)).rejects.toMatchObject({
        name: 'ExecutionDoesNotExist',
      });
    }
    await expect(client.send(new GetExecutionHistoryCommand(gone))).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
  });

  it('keeps the definition and the role with which it started', async () => {
    const roles: string[] = [];
    const handlers = { f: ({ by }: Record<string, unknown>) => by };
    const allowed = (role: string) => roles.push(role) > 0;
    const {
      deployMachine,
      start,
      advance,
      describe: describeExecution,
    } = await openStepFunctions({ handlers, allowed });
    const version = (by: string) =>
      jsonata('Day', {
        Day: { Type: 'Wait', Seconds: 86_400, Next: 'Call' },
        Call: call('f', {
          Arguments: { FunctionName: 'f', Payload: { by } },
          Output: '{% $states.result.Payload %}',
          ...end,
        }),
      });
    await deployMachine(version('first'));
    const old = await start({}, 'old');
    const changed = 'arn:aws:iam::123456789012:role/changed';
    await deployMachine(version('second'), { RoleArn: changed });
    const fresh = await start({}, 'new');
    await advance(dayMs);
    expect(outputOf(await describeExecution(old))).toBe('first');
    expect(outputOf(await describeExecution(fresh))).toBe('second');
    expect(roles).toEqual([machineRole, changed]);
  });

  const busy = () => {
    throw new Error('busy');
  };
  const forEver = { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 99_999 };
  it.each([
    ['goes round', { A: { Type: 'Wait', Seconds: 1, Next: 'B' }, B: { Type: 'Pass', Next: 'A' } }],
    ['is tried again', { A: call('busy', { Retry: [forEver], ...end }) }],
  ])('that %s and never comes to an end has one after 25,000 events', async (_, states) => {
    const {
      deployMachine,
      start,
      advance,
      database,
      describe: describeExecution,
      history,
    } = await openStepFunctions({ handlers: { busy } });
    await deployMachine(jsonata('A', states));
    const arn = await start();
    // As if it had been at it for long.
    database.exec('UPDATE stepfunctions_event SET id = 24990 WHERE id = 2');
    for (let second = 0; second < 10; second += 1) await advance(1_000);
    const { status, error, cause } = await describeExecution(arn);
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.Runtime' });
    expect(cause).toContain('25000');
    const last = (await history(arn)).at(-1);
    expect(last?.type).toBe('ExecutionFailed');
    expect(last?.id).toBeLessThanOrEqual(25_000);
  });
});

it('two hundred executions at once all come to their end', async () => {
  const { deployMachine, begin, drained, database } = await openStepFunctions({ handlers: { echo: (event) => event } });
  const after = (Next: string) => ({ Type: 'Pass', Output: '{% $states.input %}', Next });
  const Call = call('echo', { Output: '{% $states.result.Payload %}', ...end });
  await deployMachine(jsonata('A', { A: after('B'), B: after('Call'), Call }));
  for (let batch = 0; batch < 4; batch += 1)
    await Promise.all(Array.from({ length: 50 }, (_, n) => begin({ batch, n })));
  await drained();
  const ended = database
    .prepare('SELECT status, count(*) AS executions FROM stepfunctions_execution GROUP BY status')
    .all();
  expect(ended.map((row) => ({ ...row }))).toEqual([{ status: 'SUCCEEDED', executions: 200 }]);
});

describe('ListExecutions', () => {
  it('shows the newest first, by status, in pages', async () => {
    const { deployMachine, start, advance, client } = await openStepFunctions();
    await deployMachine(waiting);
    for (const name of ['one', 'two', 'three']) {
      await start({}, name);
      await advance(1_000);
    }
    await client.send(new StopExecutionCommand({ executionArn: executionArn('two') }));
    const list = async (input: object) => {
      const { executions = [], nextToken } = await client.send(
        new ListExecutionsCommand({ stateMachineArn: machineArn, ...input }),
      );
      return { names: executions.map(({ name }) => name), nextToken };
    };
    expect((await list({})).names).toEqual(['three', 'two', 'one']);
    expect((await list({ statusFilter: 'RUNNING' })).names).toEqual(['three', 'one']);
    const page = await list({ maxResults: 2 });
    expect(page.names).toEqual(['three', 'two']);
    expect(await list({ maxResults: 2, nextToken: page.nextToken })).toEqual({ names: ['one'], nextToken: undefined });
    await expect(list({ nextToken: 'x' })).rejects.toMatchObject({ name: 'InvalidToken' });
    const unknown = list({ stateMachineArn: `${machineArn}2` });
    await expect(unknown).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});

describe('GetExecutionHistory', () => {
  it('tells what happened, in order, each event after one before it', async () => {
    const { deployMachine, start, history } = await openStepFunctions({
      handlers: { double: ({ n }) => Number(n) * 2 },
    });
    await deployMachine(
      jsonata('Call', {
        Call: call('double', {
          Output: '{% $states.result.Payload %}',
          Assign: { had: '{% $states.input.n %}' },
          Next: 'Done',
        }),
        Done: { Type: 'Succeed' },
      }),
    );
    const events = await history(await start({ n: 2 }));
    const at = new Date('2026-01-15T12:00:00Z');
    const resource = { resource: 'invoke', resourceType: 'lambda' };
    expect(events).toMatchObject([
      { type: 'ExecutionStarted', executionStartedEventDetails: { input: '{"n":2}', roleArn: machineRole } },
      { type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Call', input: '{"n":2}' } },
      { type: 'TaskScheduled', taskScheduledEventDetails: { ...resource, region: 'eu-central-1' } },
      { type: 'TaskStarted', taskStartedEventDetails: resource },
      { type: 'TaskSucceeded', taskSucceededEventDetails: resource },
      {
        type: 'TaskStateExited',
        stateExitedEventDetails: { name: 'Call', output: '4', assignedVariables: { had: '2' } },
      },
      { type: 'SucceedStateEntered', stateEnteredEventDetails: { name: 'Done', input: '4' } },
      { type: 'SucceedStateExited', stateExitedEventDetails: { name: 'Done', output: '4' } },
      { type: 'ExecutionSucceeded', executionSucceededEventDetails: { output: '4' } },
    ]);
    expect(events.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(events.map(({ previousEventId }) => previousEventId)).toEqual([0, 0, 2, 3, 4, 5, 6, 7, 8]);
    for (const { timestamp } of events) expect(timestamp).toEqual(at);
  });

  it('can be read backwards, in pages, and without data', async () => {
    const { deployMachine, start, client } = await openStepFunctions();
    await deployMachine(jsonata('A', { A: { Type: 'Succeed', Output: { secret: 'canary' } } }));
    const arn = await start({ secret: 'canary' });
    const read = (input: object) => client.send(new GetExecutionHistoryCommand({ executionArn: arn, ...input }));
    const { events = [], nextToken } = await read({ reverseOrder: true, maxResults: 3 });
    expect(events.map(({ id }) => id)).toEqual([4, 3, 2]);
    const rest = await read({ reverseOrder: true, maxResults: 3, nextToken });
    expect(rest.events?.map(({ id }) => id)).toEqual([1]);
    expect(JSON.stringify((await read({})).events)).toContain('canary');
    expect(JSON.stringify((await read({ includeExecutionData: false })).events)).not.toContain('canary');
  });
});
