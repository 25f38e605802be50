// What Amazon Step Functions was seen to do with branches and executions, as tests of localstack/localstack recorded it against AWS.
// Each source is a key in a file *.snapshot.json under tests/aws/services/stepfunctions/v2/ of that repository; definitions and
// inputs are our own. Those records leave out ParallelStateSucceeded, whose number is missing in them, and where several branches
// have events at the same time they keep no order.
import {
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { failing, follow } from './recorded.ts';
import { ask, call, jsonata, machineArn, openStepFunctions } from './running.ts';

const end = { End: true };
const pass = (more: object = {}) => ({ Type: 'Pass', ...more, ...end });
const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
const parallel = (Branches: object[], more: object = {}) => ({ Type: 'Parallel', Branches, ...end, ...more });
const typesOf = (events: readonly string[]) => events.map((event) => event.split(' ').at(-1)).toSorted();
const failure = { Type: 'Fail', Error: 'FailureType', Cause: 'Cause description' };

describe('branches that all end well', () => {
  // scenarios/test_base_scenarios: test_parallel_state_order, 2023-12-15
  it('are an array in their order, and the state is left after the last of their events', async () => {
    const branches = [0, 1, 2, 3].map((n) => branch(`Branch${n}`, pass({ Output: { branch: n } })));
    const { events, output } = await follow(jsonata('StartState', { StartState: parallel(branches) }));
    expect(output).toEqual([{ branch: 0 }, { branch: 1 }, { branch: 2 }, { branch: 3 }]);
    expect(events.slice(0, 3)).toEqual([
      '1 0 ExecutionStarted',
      '2 0 ParallelStateEntered',
      '3 2 ParallelStateStarted',
    ]);
    expect(typesOf(events.slice(3, 11))).toEqual([
      ...Array.from({ length: 4 }, () => 'PassStateEntered'),
      ...Array.from({ length: 4 }, () => 'PassStateExited'),
    ]);
    expect(events.slice(11)).toEqual([
      '12 11 ParallelStateSucceeded',
      '13 11 ParallelStateExited',
      '14 13 ExecutionSucceeded',
    ]);
  });

  // scenarios/test_base_scenarios: test_parallel_state[PARALLEL_STATE_PARAMETERS], 2024-09-12
  it('have the same input each, which may be made for them', async () => {
    const Arguments = { 'static-input-0': 0, 'static-input-1': [1] };
    const branches = [branch('Branch0State0', pass()), branch('Branch1State0', pass())];
    const { output } = await follow(jsonata('TestState', { TestState: parallel(branches, { Arguments }) }));
    expect(output).toEqual([Arguments, Arguments]);
  });

  // scenarios/test_base_scenarios: test_parallel_state_nested, 2024-03-29
  it('may hold branches of their own', async () => {
    const inner = parallel([branch('BranchL2', pass())]);
    const definition = jsonata('ParallelStateL1', { ParallelStateL1: parallel([branch('ParallelStateL2', inner)]) });
    const { events, output } = await follow(definition, [
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(JSON.stringify(output)).toBe('[[[[1,2,3],[4,5,6]]]]');
    expect(events).toHaveLength(12);
    expect(events.slice(10)).toEqual(['11 9 ParallelStateExited', '12 11 ExecutionSucceeded']);
  });

  // assign/test_assign_base: test_base_parallel_cases[BASE_SCOPE_PARALLEL], 2024-11-04
  it('read the variables around them and have their own', async () => {
    const Assign = { innerX: '{% $x %}', value: '{% $states.input %}' };
    const branches = ['Branch1', 'Branch21', 'Branch31'].map((name) => branch(name, pass({ Assign })));
    const definition = jsonata('State0', {
      State0: { Type: 'Pass', Assign: { x: 42 }, Next: 'State1' },
      State1: parallel(branches),
    });
    const { output, details, events } = await follow(definition);
    expect(output).toEqual([{}, {}, {}]);
    expect(details('PassStateExited').slice(1)).toMatchObject(
      branches.map(() => ({ assignedVariables: { innerX: '42', value: '{}' } })),
    );
    expect(events.slice(12)).toEqual(['13 11 ParallelStateExited', '14 13 ExecutionSucceeded']);
  });
});

describe('a branch that fails', () => {
  // scenarios/test_base_scenarios: test_parallel_state_fail, 2023-12-16
  it('fails the state, of which the history says no more than that', async () => {
    const branches = [branch('Branch1', { Type: 'Fail', Error: 'FailureType' })];
    const { events, details } = await follow(jsonata('ParallelState', { ParallelState: parallel(branches) }));
    expect(events.slice(1)).toEqual([
      '2 0 ParallelStateEntered',
      '3 2 ParallelStateStarted',
      '4 3 FailStateEntered',
      '5 4 ParallelStateFailed',
      '6 5 ExecutionFailed',
    ]);
    expect(details('ParallelStateFailed')).toEqual([{}]);
    expect(details('ExecutionFailed')).toEqual([{ error: 'FailureType' }]);
  });

  // scenarios/test_base_scenarios: test_parallel_state_catch, 2023-12-16
  it('is caught by the state', async () => {
    const Catch = [{ ErrorEquals: ['FailureType'], Next: 'FinalCaught' }];
    const definition = jsonata('ParallelState', {
      ParallelState: parallel([branch('Branch1', failure)], { Catch }),
      FinalCaught: pass(),
    });
    const { events, output } = await follow(definition);
    expect(events.slice(3)).toEqual([
      '4 3 FailStateEntered',
      '5 4 ParallelStateFailed',
      '6 5 ParallelStateExited',
      '7 6 PassStateEntered',
      '8 7 PassStateExited',
      '9 8 ExecutionSucceeded',
    ]);
    expect(output).toEqual({ Error: 'FailureType', Cause: 'Cause description' });
  });

  // scenarios/test_base_scenarios: test_parallel_state_retry, 2023-12-16
  it('is tried again with the others; the state has failed only after the last time', async () => {
    const Retry = [{ ErrorEquals: ['FailureType'], IntervalSeconds: 1, MaxAttempts: 2 }];
    const definition = jsonata('ParallelState', { ParallelState: parallel([branch('Branch1', failure)], { Retry }) });
    const { events, details } = await follow(
      definition,
      {},
      {
        async onward({ advance }) {
          await advance(1000);
          await advance(2000);
        },
      },
    );
    expect(events.slice(1)).toEqual([
      '2 0 ParallelStateEntered',
      '3 2 ParallelStateStarted',
      '4 3 FailStateEntered',
      '5 4 ParallelStateStarted',
      '6 5 FailStateEntered',
      '7 6 ParallelStateStarted',
      '8 7 FailStateEntered',
      '9 8 ParallelStateFailed',
      '10 9 ExecutionFailed',
    ]);
    expect(details('ExecutionFailed')).toEqual([{ cause: 'Cause description', error: 'FailureType' }]);
  });

  // states_variables/test_error_output: test_parallel_catch_error[PARALLEL_CATCH_ERROR_OUTPUT_WITH_RETRY], 2024-11-13
  it('by its task has that recorded as cut off, each time', async () => {
    const definition = jsonata('ParallelState', {
      ParallelState: parallel([branch('ExecuteLambdaTask', call('f', end))], {
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 1 }],
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Output: { stateInput: '{% $states.input %}', stateError: '{% $states.errorOutput %}' },
            Next: 'Fallback',
          },
        ],
      }),
      Fallback: pass({ Output: { result: '{% $states.input %}' } }),
    });
    const { events, output } = await follow(
      definition,
      { inputData: 'dummy' },
      {
        handlers: { f: failing('Exception') },
        onward: ({ advance }) => advance(1000),
      },
    );
    const attempt = ['TaskFailed', 'TaskScheduled', 'TaskStarted', 'TaskStateAborted', 'TaskStateEntered'];
    expect(typesOf(events.slice(3, 8))).toEqual(attempt);
    expect(events[8]).toBe('9 7 ParallelStateStarted');
    expect(typesOf(events.slice(9, 14))).toEqual(attempt);
    expect(events.slice(15)).toEqual([
      '16 15 ParallelStateExited',
      '17 16 PassStateEntered',
      '18 17 PassStateExited',
      '19 18 ExecutionSucceeded',
    ]);
    expect(output).toMatchObject({
      result: { stateInput: { inputData: 'dummy' }, stateError: { Error: 'Exception', Cause: expect.any(String) } },
    });
  });

  // states_variables/test_error_output: test_parallel_catch_error[PARALLEL_CATCH_ERROR_VARIABLE_SAMPLING], 2024-11-13
  it('leaves variables behind by what catches it', async () => {
    const Assign = { inputVar: '{% $states.input %}', errorVar: '{% $states.errorOutput %}' };
    const inner = call('f', { Assign: { resultVar: '{% $states.result %}' }, ...end });
    const definition = jsonata('ParallelState', {
      ParallelState: parallel([branch('ExecuteLambdaTask', inner)], {
        Catch: [{ ErrorEquals: ['States.ALL'], Assign, Next: 'Fallback' }],
      }),
      Fallback: pass({ Output: { error: '{% $errorVar.Error %}' } }),
    });
    const { output, details } = await follow(definition, { n: 1 }, { handlers: { f: failing('Exception') } });
    expect(output).toEqual({ error: 'Exception' });
    expect(details('ParallelStateExited')).toMatchObject([{ assignedVariables: { inputVar: '{"n":1}' } }]);
  });

  // callback/test_callback: test_sqs_failure_in_wait_for_task_tok_no_error_field[SQS_PARALLEL_WAIT_FOR_TASK_TOKEN], 2024-04-29
  it('by its token is caught by the state around it', async () => {
    const tokens: unknown[] = [];
    const Catch = ['States.Runtime', 'States.ALL'].map((name) => ({ ErrorEquals: [name], Next: name.slice(7) }));
    const definition = jsonata('ParallelJob', {
      ParallelJob: parallel([branch('SendMessageWithWait', ask('f', end))], { Catch }),
      Runtime: pass(),
      ALL: pass(),
    });
    const { events, output } = await follow(
      definition,
      {},
      {
        handlers: { f: ({ token }) => void tokens.push(token) },
        async onward({ client, drained }) {
          await client.send(new SendTaskFailureCommand({ taskToken: String(tokens[0]) }));
          await drained();
        },
      },
    );
    expect(events.slice(1)).toEqual([
      '2 0 ParallelStateEntered',
      '3 2 ParallelStateStarted',
      '4 3 TaskStateEntered',
      '5 4 TaskScheduled',
      '6 5 TaskStarted',
      '7 6 TaskSubmitted',
      '8 7 TaskFailed',
      '9 8 TaskStateAborted',
      '10 8 ParallelStateFailed',
      '11 10 ParallelStateExited',
      '12 11 PassStateEntered',
      '13 12 PassStateExited',
      '14 13 ExecutionSucceeded',
    ]);
    expect(output).toEqual({ Error: null, Cause: null });
  });

  // timeouts/test_timeouts: test_service_lambda_map_timeout, 2024-03-10: of a Map, whose iterations are ended like branches
  it('cuts off the tasks of all others, after the same event', async () => {
    const branches = ['A', 'B', 'C'].map((name) =>
      branch(name, ask('f', { TimeoutSeconds: name === 'A' ? 5 : 9, ...end })),
    );
    const { events, error } = await follow(
      jsonata('Fan', { Fan: parallel(branches) }),
      {},
      {
        handlers: { f: () => 1 },
        onward: ({ advance }) => advance(5000),
      },
    );
    expect(error).toBe('States.Timeout');
    const [timedOut = ''] = events.filter((event) => event.endsWith('TaskTimedOut'));
    const [id = ''] = timedOut.split(' ');
    const next = (more: number) => Number(id) + more;
    expect(events.slice(next(0))).toEqual([
      ...[1, 2, 3].map((more) => `${next(more)} ${id} TaskStateAborted`),
      `${next(4)} ${id} ParallelStateFailed`,
      `${next(5)} ${next(4)} ExecutionFailed`,
    ]);
  });

  // test_state/test_state_mock_validation: test_parallel_state_empty_branches, 2026-02-24: refused when the machine is made
  it('cannot be one of none', async () => {
    const { deployMachine } = await openStepFunctions();
    await expect(deployMachine(jsonata('A', { A: parallel([]) }))).rejects.toThrow('States.A.Branches');
  });
});

describe('an execution', () => {
  const waiting = jsonata('State_1', { State_1: { Type: 'Wait', Seconds: 60, ...end } });

  // test_sfn_api: test_stop_execution, 2024-05-06
  it('that is stopped has an event that follows none', async () => {
    const { events, details } = await follow(
      waiting,
      {},
      {
        async onward({ client }, executionArn) {
          await client.send(new StopExecutionCommand({ executionArn }));
        },
      },
    );
    expect(events).toEqual(['1 0 ExecutionStarted', '2 0 WaitStateEntered', '3 0 ExecutionAborted']);
    expect(details('ExecutionAborted')).toEqual([{}]);
  });

  // test_sfn_api: test_start_execution_idempotent, 2024-08-21
  it('is started once by its name and input', async () => {
    const { client, deployMachine } = await openStepFunctions();
    await deployMachine(waiting);
    const start = (input: string) => {
      const command = { stateMachineArn: machineArn, name: 'one', input };
      return client.send(new StartExecutionCommand(command));
    };
    const { executionArn } = await start('{}');
    expect((await start('{}')).executionArn).toBe(executionArn);
    await expect(start('{"other":1}')).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${executionArn}'`,
    });
    await client.send(new StopExecutionCommand({ executionArn }));
    await expect(start('{}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  // test_sfn_api: test_invalid_start_execution_input, 2023-06-22
  it('takes any JSON for its input, and nothing else', async () => {
    const { client, deployMachine } = await openStepFunctions();
    await deployMachine(waiting);
    const start = (input: string) => client.send(new StartExecutionCommand({ stateMachineArn: machineArn, input }));
    for (const input of ['2', '"text"', 'null']) expect(await start(input)).toHaveProperty('executionArn');
    for (const input of ['not some JSON', "{'not': 'JSON'}", '']) {
      await expect(start(input)).rejects.toMatchObject({ name: 'InvalidExecutionInput' });
    }
  });

  // test_sfn_api: test_describe_execution, 2024-08-21
  it('that has succeeded cannot be redriven, nor can any other here', async () => {
    const { client, run } = await openStepFunctions();
    const { executionArn } = await run(jsonata('A', { A: pass() }));
    expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
      outputDetails: { included: true },
    });
    const failed = await run(jsonata('A', { A: failure }));
    expect(failed).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: expect.stringContaining('local'),
    });
  });
});
