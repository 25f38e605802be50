// What Amazon Step Functions was seen to do with tasks, as tests of localstack/localstack recorded it against AWS. Each source is a
// key in a file *.snapshot.json under tests/aws/services/stepfunctions/v2/ of that repository; definitions and inputs are our own.
// Where a record is of a machine in JSONPath or of a queue, what is compared is what does not depend on that.
import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { describe, expect, it } from 'vitest';
import { failing, follow } from './recorded.ts';
import { ask, call, jsonata } from './running.ts';

const end = { End: true };
const exception = { handlers: { f: failing('Exception', 'Some exception was raised.') } };
const Cause = JSON.stringify({ errorType: 'Exception', errorMessage: 'Some exception was raised.' });
const done = (events: readonly string[]) => events.slice(1);

describe('a function that fails', () => {
  const caught = (Catch: object, Fallback: object) =>
    jsonata('Task', {
      Task: call('f', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Fallback', ...Catch }], ...end }),
      Fallback: { Type: 'Pass', ...Fallback, ...end },
    });
  const steps = [
    '2 0 TaskStateEntered',
    '3 2 TaskScheduled',
    '4 3 TaskStarted',
    '5 4 TaskFailed',
    '6 5 TaskStateExited',
    '7 6 PassStateEntered',
    '8 7 PassStateExited',
    '9 8 ExecutionSucceeded',
  ];

  // states_variables/test_error_output: test_task_catch_error_output[TASK_CATCH_ERROR_OUTPUT], 2024-11-12
  it('is caught with an Output made of the input and the error', async () => {
    const Output = { stateInput: '{% $states.input %}', stateError: '{% $states.errorOutput %}' };
    const definition = caught({ Output }, { Output: { error: '{% $states.input %}' } });
    const { events, output, details } = await follow(definition, { inputData: 'dummy' }, exception);
    const stateError = { Error: 'Exception', Cause };
    expect(done(events)).toEqual(steps);
    expect(output).toEqual({ error: { stateInput: { inputData: 'dummy' }, stateError } });
    expect(details('TaskFailed')).toEqual([
      { error: 'Exception', cause: Cause, resource: 'invoke', resourceType: 'lambda' },
    ]);
  });

  // states_variables/test_error_output: test_catch_error_variable_sampling[TASK_CATCH_ERROR_VARIABLE_SAMPLING], 2024-11-12
  it('is caught with variables, and hands the error on where there is no Output', async () => {
    const Assign = { inputVar: '{% $states.input %}', errorVar: '{% $states.errorOutput %}' };
    const definition = caught({ Assign }, { Output: { error: '{% $errorVar %}' } });
    const { events, output, details } = await follow(definition, { inputData: 'dummy' }, exception);
    const error = { Error: 'Exception', Cause };
    expect(done(events)).toEqual(steps);
    expect(output).toEqual({ error });
    expect(details('TaskStateExited')).toMatchObject([
      {
        assignedVariables: { errorVar: JSON.stringify(error), inputVar: '{"inputData":"dummy"}' },
        output: JSON.stringify(error),
      },
    ]);
  });

  // error_handling/test_task_service_lambda: test_raise_exception, 2024-11-28
  it('is the failure of an execution that does not catch it', async () => {
    const { events, details } = await follow(jsonata('Start', { Start: call('f', end) }), {}, exception);
    expect(done(events)).toEqual([...steps.slice(0, 4), '6 5 ExecutionFailed']);
    expect(details('ExecutionFailed')).toEqual([{ error: 'Exception', cause: Cause }]);
  });

  // error_handling/test_task_service_lambda: test_no_such_function, 2024-11-28
  it('is told apart from one that is not there', async () => {
    const { error, cause } = await follow(jsonata('Start', { Start: call('nobody', end) }));
    expect(error).toBe('Lambda.ResourceNotFoundException');
    expect(cause).toMatch(
      /^Function not found: .* \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [\w-]+; Proxy: null\)$/,
    );
  });
});

describe('Retry', () => {
  const Payload = { attempt: '{% $states.context.State.RetryCount %}' };
  const retrying = (retrier: object) =>
    jsonata('Task', {
      Task: call('f', {
        Arguments: { FunctionName: 'f', Payload },
        Retry: [{ ErrorEquals: ['States.ALL'], ...retrier }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'HandleError' }],
        ...end,
      }),
      HandleError: { Type: 'Pass', ...end },
    });

  // scenarios/test_base_scenarios: test_lambda_service_invoke_with_retry_extended_input, 2023-10-24 (there of MaxAttempts 3)
  it('schedules the task anew without entering the state again, and then leaves it to Catch', async () => {
    const { events, details, output } = await follow(
      retrying({ MaxAttempts: 3, IntervalSeconds: 1 }),
      {},
      {
        ...exception,
        async onward({ advance }) {
          for (const seconds of [1, 2, 4]) await advance(seconds * 1000);
        },
      },
    );
    expect(done(events)).toEqual([
      '2 0 TaskStateEntered',
      ...['3 2 TaskScheduled', '4 3 TaskStarted', '5 4 TaskFailed'],
      ...['6 5 TaskScheduled', '7 6 TaskStarted', '8 7 TaskFailed'],
      ...['9 8 TaskScheduled', '10 9 TaskStarted', '11 10 TaskFailed'],
      ...['12 11 TaskScheduled', '13 12 TaskStarted', '14 13 TaskFailed'],
      ...['15 14 TaskStateExited', '16 15 PassStateEntered', '17 16 PassStateExited', '18 17 ExecutionSucceeded'],
    ]);
    const attempts = details('TaskScheduled').map(({ parameters }) => JSON.parse(String(parameters)).Payload.attempt);
    expect(attempts).toEqual([0, 1, 2, 3]);
    expect(output).toEqual({ Error: 'Exception', Cause });
  });

  // scenarios/test_base_scenarios: test_retry_interval_features_max_attempts_zero, 2024-03-27
  it('of no attempt is none', async () => {
    const { details } = await follow(retrying({ MaxAttempts: 0 }), {}, exception);
    expect(details('TaskScheduled')).toHaveLength(1);
  });
});

describe('TimeoutSeconds', () => {
  // error_handling/test_task_service_lambda: test_invoke_timeout, 2024-11-28
  // evaluate_jsonata/test_base_evaluate_expressions: test_base_task[TIMEOUT_SECONDS], 2025-07-22
  it('may be an expression; what it catches has an empty Cause', async () => {
    const Catch = [{ ErrorEquals: ['States.Timeout'], Next: 'Handler' }];
    const TimeoutSeconds = '{% $states.input.seconds %}';
    const definition = jsonata('Start', {
      Start: ask('f', { TimeoutSeconds, Catch, ...end }),
      Handler: { Type: 'Pass', ...end },
    });
    const { details, output } = await follow(
      definition,
      { seconds: 5 },
      {
        handlers: { f: () => 1 },
        onward: ({ advance }) => advance(5000),
      },
    );
    expect(output).toEqual({ Error: 'States.Timeout', Cause: '' });
    expect(details('TaskScheduled')).toMatchObject([{ timeoutInSeconds: 5, resourceType: 'lambda' }]);
    expect(details('TaskTimedOut')).toEqual([
      { error: 'States.Timeout', resource: 'invoke.waitForTaskToken', resourceType: 'lambda' },
    ]);
  });
});

describe('waiting for a token', () => {
  const tokens: string[] = [];
  const handlers = { f: ({ token }: Record<string, unknown>) => void tokens.push(String(token)) };
  const waiting = (fields: object, more: Record<string, object> = {}) =>
    jsonata('Wait', { Wait: ask('f', { ...fields, ...end }), ...more });
  const submitted = ['2 0 TaskStateEntered', '3 2 TaskScheduled', '4 3 TaskStarted', '5 4 TaskSubmitted'];
  const taskToken = () => tokens.at(-1);

  // callback/test_callback: test_sqs_wait_for_task_token, 2024-04-18
  it('ends with what was sent, and nothing around it', async () => {
    const { events, output, details } = await follow(
      waiting({}),
      {},
      {
        handlers,
        async onward({ client, drained }) {
          await client.send(new SendTaskSuccessCommand({ taskToken: taskToken(), output: '"test_message_txt"' }));
          await drained();
        },
      },
    );
    expect(done(events)).toEqual([...submitted, '6 5 TaskSucceeded', '7 6 TaskStateExited', '8 7 ExecutionSucceeded']);
    expect(output).toBe('test_message_txt');
    expect(details('TaskSucceeded')).toMatchObject([{ output: '"test_message_txt"' }]);
  });

  const fail = (failure: { error?: string; cause?: string }) => ({
    handlers,
    async onward({ client, drained }: Parameters<NonNullable<NonNullable<Parameters<typeof follow>[2]>['onward']>>[0]) {
      await client.send(new SendTaskFailureCommand({ taskToken: taskToken(), ...failure }));
      await drained();
    },
  });

  // callback/test_callback: test_sqs_failure_in_wait_for_task_token, 2024-04-18
  it('fails with the error that was sent', async () => {
    const failure = { error: 'Failure error', cause: 'Failure cause' };
    const { events, details } = await follow(waiting({}), {}, fail(failure));
    expect(done(events)).toEqual([...submitted, '6 5 TaskFailed', '7 6 ExecutionFailed']);
    expect(details('TaskFailed')).toMatchObject([failure]);
    expect(details('ExecutionFailed')).toEqual([failure]);
  });

  // callback/test_callback: test_sqs_failure_in_wait_for_task_tok_no_error_field[SQS_WAIT_FOR_TASK_TOKEN_CATCH], 2024-04-29
  it('that fails without a word is caught as States.ALL, not as States.Runtime, with nulls', async () => {
    const Catch = [
      { ErrorEquals: ['States.Runtime'], Next: 'Runtime' },
      { ErrorEquals: ['States.ALL'], Next: 'All' },
    ];
    const pass = { Type: 'Pass', ...end };
    const { events, output, details } = await follow(waiting({ Catch }, { Runtime: pass, All: pass }), {}, fail({}));
    expect(done(events)).toEqual([
      ...submitted,
      '6 5 TaskFailed',
      '7 6 TaskStateExited',
      '8 7 PassStateEntered',
      '9 8 PassStateExited',
      '10 9 ExecutionSucceeded',
    ]);
    expect(details('PassStateEntered')).toMatchObject([{ name: 'All' }]);
    expect(details('TaskFailed')).toEqual([{ resource: 'invoke.waitForTaskToken', resourceType: 'lambda' }]);
    expect(output).toEqual({ Error: null, Cause: null });
  });

  // callback/test_callback: test_sqs_wait_for_task_token_timeout; timeouts/test_heartbeats: test_heartbeat_timeout, 2024-04-18
  it.each([
    ['the time', { TimeoutSeconds: 5 }, { timeoutInSeconds: 5 }],
    [
      'the next heartbeat',
      { TimeoutSeconds: 600, HeartbeatSeconds: 5 },
      { timeoutInSeconds: 600, heartbeatInSeconds: 5 },
    ],
  ])('past %s is States.Timeout', async (_, fields, scheduled) => {
    const { events, status, details } = await follow(
      waiting(fields),
      {},
      {
        handlers,
        onward: ({ advance }) => advance(5000),
      },
    );
    expect(done(events)).toEqual([...submitted, '6 5 TaskTimedOut', '7 6 ExecutionFailed']);
    expect(status).toBe('FAILED');
    expect(details('TaskScheduled')).toMatchObject([scheduled]);
    expect(details('ExecutionFailed')).toEqual([{ error: 'States.Timeout' }]);
  });
});

describe('a result that is too large', () => {
  const handlers = { f: () => 'a'.repeat(257 * 1024) };
  const big = (...names: string[]) =>
    jsonata('InvokeLambda', {
      InvokeLambda: call('f', { Catch: names.map((name) => ({ ErrorEquals: [name], Next: 'Handle' })), ...end }),
      Handle: { Type: 'Pass', ...end },
    });
  const said =
    "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.";

  // error_handling/test_states_errors: test_service_task_lambada_data_limit_exceeded_on_large_utf8_response, 2024-03-21
  it('is caught by its name', async () => {
    const { events, output, details } = await follow(big('States.DataLimitExceeded', 'States.ALL'), {}, { handlers });
    expect(done(events).slice(2, 5)).toEqual(['4 3 TaskStarted', '5 4 TaskFailed', '6 5 TaskStateExited']);
    const failure = { error: 'States.DataLimitExceeded', cause: said };
    expect(details('TaskFailed')).toMatchObject([failure]);
    expect(output).toEqual({ Error: failure.error, Cause: said });
  });

  // error_handling/test_states_errors: test_service_task_lambada_catch_state_all_data_limit_exceeded_on_large_utf8_response,
  // 2024-03-21, has it caught by States.ALL. AWS documents that States.ALL cannot ("Handling errors in Step Functions workflows").
  it('is not caught by States.ALL here: who relies on the record relies on what AWS says is not so', async () => {
    const { status, error } = await follow(big('States.ALL'), {}, { handlers });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('what a function answers', () => {
  // services/test_lambda_task_service: test_invoke_json_values[*], 2023-08-04 and 2025-11-06
  it.each([
    [null],
    ['HelloWorld'],
    [0],
    [true],
    [[]],
    [{}],
    [{ a: [1, null] }],
  ])('is there as it is: %j', async (value) => {
    const Output = { payload: '{% $states.result.Payload %}', version: '{% $states.result.ExecutedVersion %}' };
    const definition = jsonata('Start', { Start: call('f', { Output, ...end }) });
    const { output, details } = await follow(definition, {}, { handlers: { f: () => value } });
    expect(output).toEqual({ payload: value, version: '$LATEST' });
    expect(JSON.parse(String(details('TaskSucceeded')[0]?.['output']))).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: value,
      SdkHttpMetadata: { HttpStatusCode: 200 },
      StatusCode: 200,
    });
  });
});
