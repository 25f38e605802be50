import { describe, expect, it } from 'vitest';
import { call, type Handlers, jsonata, lambda, machineRole, openStepFunctions, outputOf } from './running.ts';

const end = { End: true };
const failing =
  (name: string, message = 'no') =>
  () => {
    throw Object.assign(new Error(message), { name });
  };

describe('lambda:invoke', () => {
  it('hands the payload over and answers what the function answers', async () => {
    const { run } = await openStepFunctions({ handlers: { double: ({ n }) => ({ n: Number(n) * 2 }) } });
    const output = outputOf(await run(jsonata('A', { A: call('double', end) }), { n: 4 }));
    expect(output).toMatchObject({ ExecutedVersion: '$LATEST', Payload: { n: 8 }, StatusCode: 200 });
  });

  it('takes an ARN for a name, and no payload for an empty one', async () => {
    const { run } = await openStepFunctions({ handlers: { echo: (event) => event } });
    const Arguments = { FunctionName: 'arn:aws:lambda:eu-central-1:123456789012:function:echo' };
    const task = { Type: 'Task', Resource: lambda, Arguments, Output: '{% $states.result.Payload %}', ...end };
    expect(outputOf(await run(jsonata('A', { A: task }), { n: 1 }))).toEqual({});
  });

  it("fails with the function's error, whose payload is the cause", async () => {
    const { run } = await openStepFunctions({ handlers: { bad: failing('Erp.Refused', 'not today') } });
    const { status, error, cause } = await run(jsonata('A', { A: call('bad', end) }));
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'Erp.Refused' });
    expect(JSON.parse(cause ?? '')).toEqual({ errorType: 'Erp.Refused', errorMessage: 'not today' });
  });

  it("fails with Lambda's own error for a function that is not there", async () => {
    const { run } = await openStepFunctions();
    const { error, cause } = await run(jsonata('A', { A: call('nobody', end) }));
    expect(error).toBe('Lambda.ResourceNotFoundException');
    expect(cause).toContain('Function not found: nobody (Service: AWSLambda; Status Code: 404;');
  });

  it("is allowed or not to the machine's role", async () => {
    const asked: unknown[] = [];
    const allowed = (...question: unknown[]) => asked.push(question) < 1;
    const { run } = await openStepFunctions({ handlers: { echo: () => 1 }, allowed });
    const { error, cause } = await run(jsonata('A', { A: call('echo', end) }));
    const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:echo';
    expect(asked).toEqual([[machineRole, 'lambda:InvokeFunction', arn]]);
    expect(error).toBe('Lambda.AWSLambdaException');
    expect(cause).toContain(`${machineRole} is not authorized to perform: lambda:InvokeFunction on resource: ${arn}`);
  });

  it('fails for good when an expression makes arguments of it that it does not take', async () => {
    const { run } = await openStepFunctions({ handlers: { echo: () => 1 } });
    const Arguments = "{% {'FunctionName': 'echo', 'InvocationType': 'Event'} %}";
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'B' }];
    const states = { A: { Type: 'Task', Resource: lambda, Arguments, Catch, ...end }, B: { Type: 'Succeed' } };
    const { error, cause } = await run(jsonata('A', states));
    expect(error).toBe('States.Runtime');
    expect(cause).toContain('InvocationType');
  });

  it('fails when its result is larger than the limit, whatever Output would make of it', async () => {
    const { run } = await openStepFunctions({ handlers: { big: () => 'x'.repeat(262_144) } });
    const failed = await run(jsonata('A', { A: call('big', { Output: '{% 1 %}', ...end }) }));
    expect(failed).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
});

describe('Retry', () => {
  const counting = (failures: number, name = 'Erp.Busy') => {
    const seen: number[] = [];
    const flaky: Handlers[string] = ({ at }) => {
      seen.push(Number(at));
      if (seen.length <= failures) failing(name)();
      return 'done';
    };
    return { seen, handlers: { flaky } };
  };
  const flaky = (Retry: object[], more: object = {}) =>
    jsonata('A', {
      A: {
        Type: 'Task',
        Resource: lambda,
        Arguments: { FunctionName: 'flaky', Payload: { at: '{% $millis() %}' } },
        Output: '{% $states.context.State.RetryCount %}',
        Retry,
        ...end,
        ...more,
      },
      ...('Catch' in more && { Caught: { Type: 'Pass', Output: '{% $states.input.Error %}', ...end } }),
    });
  const catchAll = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] };

  /** Advances by the next delay that a retry may take, and answers the delays in seconds. */
  const delays = async (definition: string, options: Parameters<typeof openStepFunctions>[0] & { seen: number[] }) => {
    const { deployMachine, start, advance, describe: describeExecution } = await openStepFunctions(options);
    await deployMachine(definition);
    const arn = await start();
    for (let second = 0; second < 100; second += 1) await advance(1_000);
    const from = options.seen.map((at, index) => (at - (options.seen[index - 1] ?? at)) / 1000).slice(1);
    return { from, execution: await describeExecution(arn) };
  };

  it('waits longer each time, up to its longest delay', async () => {
    const { seen, handlers } = counting(5);
    const Retry = [
      { ErrorEquals: ['Erp.Busy'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 5, MaxDelaySeconds: 9 },
    ];
    const { from, execution } = await delays(flaky(Retry), { seen, handlers });
    expect(from).toEqual([2, 4, 8, 9, 9]);
    expect(outputOf(execution)).toBe(5);
  });

  it('has three attempts, one second and a doubling where it says nothing', async () => {
    const { seen, handlers } = counting(99);
    const { from, execution } = await delays(flaky([{ ErrorEquals: ['States.ALL'] }]), { seen, handlers });
    expect(from).toEqual([1, 2, 4]);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'Erp.Busy' });
  });

  it.each([
    [0, [0, 0, 0]],
    [0.5, [5, 10, 20]],
    [0.999_999, [10, 20, 40]],
  ])('with full jitter waits for a random part of the delay: %s of it', async (part, expected) => {
    const { seen, handlers } = counting(3);
    const Retry = [{ ErrorEquals: ['Erp.Busy'], IntervalSeconds: 10, JitterStrategy: 'FULL' }];
    const { from } = await delays(flaky(Retry), { seen, handlers, random: () => part });
    expect(from).toEqual(expected);
  });

  it('counts each entry by itself, and the first that matches decides alone', async () => {
    const errors = ['A', 'B', 'A', 'A'];
    const seen: number[] = [];
    const flakyFunction: Handlers[string] = ({ at }) => {
      seen.push(Number(at));
      return failing(errors[seen.length - 1] ?? 'A')();
    };
    const Retry = [
      { ErrorEquals: ['A'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 },
      { ErrorEquals: ['B'], IntervalSeconds: 5 },
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 30 },
    ];
    const { from, execution } = await delays(flaky(Retry, catchAll), { seen, handlers: { flaky: flakyFunction } });
    expect(from).toEqual([1, 5, 1]);
    expect(outputOf(execution)).toBe('A');
  });

  it('evaluates the arguments anew each time', async () => {
    const events: unknown[] = [];
    const handlers: Handlers = {
      flaky(event) {
        events.push(event);
        if (events.length < 3) failing('Erp.Busy')();
      },
    };
    const { deployMachine, start, advance } = await openStepFunctions({ handlers });
    const Payload = {
      attempt: '{% $states.context.State.RetryCount %}',
      entered: '{% $states.context.State.EnteredTime %}',
    };
    const Retry = [{ ErrorEquals: ['Erp.Busy'] }];
    await deployMachine(
      jsonata('A', { A: call('flaky', { Arguments: { FunctionName: 'flaky', Payload }, Retry, ...end }) }),
    );
    await start();
    await advance(1_000);
    await advance(2_000);
    const entered = '2026-01-15T12:00:00Z';
    expect(events).toEqual([0, 1, 2].map((attempt) => ({ attempt, entered })));
  });

  it('with no attempt at all leaves the failure to Catch', async () => {
    const { seen, handlers } = counting(99);
    const { execution } = await delays(flaky([{ ErrorEquals: ['States.ALL'], MaxAttempts: 0 }], catchAll), {
      seen,
      handlers,
    });
    expect(seen).toHaveLength(1);
    expect(outputOf(execution)).toBe('Erp.Busy');
  });
});

describe('Catch', () => {
  const caughtBy = async (names: string[], task: object, handlers: Handlers = {}) => {
    const { run } = await openStepFunctions({ handlers });
    const Catch = [{ ErrorEquals: names, Next: 'Caught', Output: '{% $states.errorOutput.Error %}' }];
    const execution = await run(jsonata('A', { A: { ...task, Catch }, Caught: { Type: 'Succeed' } }), { n: 1 });
    return execution.status === 'SUCCEEDED' ? JSON.parse(execution.output ?? '') : `uncaught ${execution.error}`;
  };
  const own = { handlers: { own: failing('Erp.Refused') }, task: call('own', end) };
  const query = call('own', { TimeoutSeconds: '{% $states.input.none %}', ...end });
  const big = { handlers: { big: () => 'x'.repeat(262_144) }, task: call('big', end) };

  it.each([
    [['Erp.Refused'], 'Erp.Refused'],
    [['Other', 'Erp.Refused'], 'Erp.Refused'],
    [['States.ALL'], 'Erp.Refused'],
    [['States.TaskFailed'], 'Erp.Refused'],
    [['Other'], 'uncaught Erp.Refused'],
    [['erp.refused'], 'uncaught Erp.Refused'],
    [['States.Timeout'], 'uncaught Erp.Refused'],
  ])("of %j, for a function's own error: %s", async (names, outcome) => {
    expect(await caughtBy(names, own.task, own.handlers)).toBe(outcome);
  });

  it.each([
    [['States.QueryEvaluationError'], 'States.QueryEvaluationError'],
    [['States.ALL'], 'States.QueryEvaluationError'],
    [['States.TaskFailed'], 'uncaught States.QueryEvaluationError'],
  ])('of %j, for an expression that fails: %s', async (names, outcome) => {
    expect(await caughtBy(names, query)).toBe(outcome);
  });

  it.each([
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded'],
    [['States.ALL'], 'uncaught States.DataLimitExceeded'],
    [['States.TaskFailed'], 'uncaught States.DataLimitExceeded'],
  ])('of %j, for a result that is too large: %s', async (names, outcome) => {
    expect(await caughtBy(names, big.task, big.handlers)).toBe(outcome);
  });

  it('of an expression in Output catches what the function has already done', async () => {
    let calls = 0;
    const handlers = {
      once: () => {
        calls += 1;
      },
    };
    const task = call('once', { Output: '{% $states.result.Payload.none %}', ...end });
    expect(await caughtBy(['States.ALL'], task, handlers)).toBe('States.QueryEvaluationError');
    expect(calls).toBe(1);
  });

  it('hands the error and its cause on where it gives no Output, and sets variables', async () => {
    const { run } = await openStepFunctions({ handlers: { own: failing('Erp.Refused', 'closed') } });
    const Catch = [{ ErrorEquals: ['States.ALL'], Assign: { from: '{% $states.input.n %}' }, Next: 'Caught' }];
    const Caught = { Type: 'Pass', Output: { got: '{% $states.input %}', from: '{% $from %}' }, ...end };
    const output = outputOf(await run(jsonata('A', { A: call('own', { Catch, ...end }), Caught }), { n: 1 }));
    const Cause = JSON.stringify({ errorType: 'Erp.Refused', errorMessage: 'closed' });
    expect(output).toEqual({ got: { Error: 'Erp.Refused', Cause }, from: 1 });
  });

  it('that itself fails is not caught again', async () => {
    const { run } = await openStepFunctions({ handlers: { own: failing('Erp.Refused') } });
    const Catch = [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.none %}', Next: 'Caught' }];
    const failed = await run(jsonata('A', { A: call('own', { Catch, ...end }), Caught: { Type: 'Succeed' } }));
    expect(failed).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });
});

describe('TimeoutSeconds', () => {
  const patient = { timeout: 10_000, interval: 5 };
  const never = () => new Promise<never>(() => {});
  const slow = (more: object) => jsonata('A', { A: call('slow', { ...more, ...end }), Caught: { Type: 'Succeed' } });

  it('of a task ends it, and an answer that comes later changes nothing', async () => {
    const answered = Promise.withResolvers<string>();
    const handlers = { slow: () => answered.promise };
    const {
      deployMachine,
      begin,
      clock,
      executions,
      describe: describeExecution,
      drained,
    } = await openStepFunctions({ handlers });
    const Catch = [{ ErrorEquals: ['States.Timeout'], Output: '{% $states.errorOutput %}', Next: 'Caught' }];
    await deployMachine(slow({ TimeoutSeconds: 60, Catch }));
    const executionArn = await begin();
    expect(executions.drained()).toBe(false);
    clock.advance(60_000);
    await expect.poll(async () => (await describeExecution(executionArn)).status, patient).toBe('SUCCEEDED');
    answered.resolve('late');
    await drained();
    expect(outputOf(await describeExecution(executionArn))).toEqual({ Error: 'States.Timeout', Cause: '' });
  });

  it('is not caught as States.TaskFailed', async () => {
    const {
      deployMachine,
      begin,
      clock,
      describe: describeExecution,
    } = await openStepFunctions({ handlers: { slow: never } });
    await deployMachine(slow({ TimeoutSeconds: 60, Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Caught' }] }));
    const executionArn = await begin();
    clock.advance(60_000);
    await expect.poll(async () => (await describeExecution(executionArn)).error, patient).toBe('States.Timeout');
  });

  it('of the machine ends the execution with everything in it', async () => {
    const { deployMachine, start, advance, describe: describeExecution, history } = await openStepFunctions();
    const states = { A: { Type: 'Wait', Seconds: 86_400, ...end } };
    await deployMachine(jsonata('A', states, { TimeoutSeconds: 3600 }));
    const arn = await start();
    await advance(3_600_000);
    expect(await describeExecution(arn)).toMatchObject({ status: 'TIMED_OUT' });
    await advance(86_400_000);
    expect((await history(arn)).at(-1)?.type).toBe('ExecutionTimedOut');
  });

  it('of no execution is longer than a year', async () => {
    const { deployMachine, start, advance, describe: describeExecution } = await openStepFunctions();
    await deployMachine(jsonata('A', { A: { Type: 'Wait', Seconds: 99_999_999, ...end } }));
    const arn = await start();
    await advance(31_536_000_000);
    expect(await describeExecution(arn)).toMatchObject({ status: 'TIMED_OUT' });
  });
});
