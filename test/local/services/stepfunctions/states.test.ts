import { describe, expect, it } from 'vitest';
import { inMemoryMachine } from '../../../../local/services/stepfunctions/in-memory.ts';
import { ask, call, jsonata, machineArn, machineRole, openStepFunctions, outputOf } from './running.ts';

const end = { End: true };

describe('data between states', () => {
  it('flows as input and output, and beside them in variables', async () => {
    const { run } = await openStepFunctions();
    const definition = jsonata('First', {
      First: {
        Type: 'Pass',
        Assign: { double: '{% $states.input.n * 2 %}', kept: [1, '{% $states.input.n %}'] },
        Next: 'Second',
      },
      Second: {
        Type: 'Pass',
        Output: { sum: '{% $double + $states.input.n %}', kept: '{% $kept %}', plain: 'text' },
        ...end,
      },
    });
    expect(outputOf(await run(definition, { n: 3 }))).toEqual({ sum: 9, kept: [1, 3], plain: 'text' });
  });

  it('is read as it was on entry: Assign and Output do not see each other', async () => {
    const { run } = await openStepFunctions();
    const definition = jsonata('Set', {
      Set: { Type: 'Pass', Assign: { x: 3, a: 6 }, Next: 'Swap' },
      Swap: { Type: 'Pass', Assign: { x: '{% $a %}', old: '{% $x %}' }, Output: { x: '{% $x %}' }, Next: 'Show' },
      Show: { Type: 'Pass', Output: { seen: '{% $states.input.x %}', x: '{% $x %}', old: '{% $old %}' }, ...end },
    });
    expect(outputOf(await run(definition))).toEqual({ seen: 3, x: 6, old: 3 });
  });

  it('passes through a state that says nothing of it', async () => {
    const { run } = await openStepFunctions();
    const definition = jsonata('A', { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Succeed' } });
    expect(outputOf(await run(definition, [1, { a: null }]))).toEqual([1, { a: null }]);
  });

  it('can be what the context object says', async () => {
    const { deployMachine, start, describe: describeExecution } = await openStepFunctions();
    await deployMachine(jsonata('Here', { Here: { Type: 'Pass', Output: '{% $states.context %}', ...end } }));
    const arn = await start({ n: 1 }, 'first');
    expect(outputOf(await describeExecution(arn))).toEqual({
      Execution: {
        Id: arn,
        Input: { n: 1 },
        Name: 'first',
        RoleArn: machineRole,
        StartTime: '2026-01-15T12:00:00Z',
        RedriveCount: 0,
      },
      State: { EnteredTime: '2026-01-15T12:00:00Z', Name: 'Here' },
      StateMachine: { Id: machineArn, Name: 'machine' },
    });
  });
});

describe('JSONata', () => {
  const evaluate = async (expression: string, input: unknown = {}) => {
    const { run } = await openStepFunctions({ random: () => 0.25 });
    return run(jsonata('A', { A: { Type: 'Pass', Output: `{% ${expression} %}`, ...end } }), input);
  };

  it.each([
    ['$partition([1, 2, 3, 4, 5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range(0, 10, 4)', [0, 4, 8]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ["$hash('x', 'SHA-1')", '11f6ad8ec52a2984abaafd7c3b516503785c2072'],
    ["$hash('x', 'MD5')", '9dd4e461268c8034f5c8564e155c67a6'],
    ['$random()', 0.25],
    ['$random(7) = $random(7) and $random(7) != $random(8)', true],
    ['$parse(\'{"a": [1]}\').a[0]', 1],
    ['$millis()', Date.UTC(2026, 0, 15, 12)],
    ['$now()', '2026-01-15T12:00:00.000Z'],
    ["$now('[Y0001]-[M01]')", '2026-01'],
    ['$states.input.lines[price > 2].price', [3, 4]],
    ['{"there": $states.input.lines[0].price, "absent": $states.input.nothing}', { there: 1 }],
    ['$sum($states.input.lines.price)', 8],
  ])('%s', async (expression, value) => {
    expect(outputOf(await evaluate(expression, { lines: [{ price: 1 }, { price: 3 }, { price: 4 }] }))).toEqual(value);
  });

  it('makes a fresh UUID each time', async () => {
    const uuids = outputOf(await evaluate('[$uuid(), $uuid()]')) as string[];
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(uuids).size).toBe(2);
  });

  it.each([
    ['$states.input.absent', 'returned nothing (undefined)'],
    ["$states.input.a + 'x'", 'must evaluate to a number'],
    ["$hash('x', 'CRC')", '$hash knows MD5'],
    ['$partition([1], 0)', 'must be 1 or more'],
    ['$range(0, 2000, 1)', 'at most 1000'],
    ["$parse('{')", 'JSON'],
    ['1 / 0', 'not a finite number'],
    ['$sum', 'contains a function'],
    ['function($x) { $x }', 'contains a function'],
    ['($f := function($n) { $f($n + 1) }; $f(1))', 'timeout'],
    ['$', 'returned nothing'],
  ])('%s fails with States.QueryEvaluationError', async (expression, cause) => {
    const { status, error, cause: said } = await evaluate(expression, { a: 1 });
    expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(said).toContain("while executing the state 'A'");
    expect(said).toContain(cause);
  });
});

describe('Choice', () => {
  const definition = jsonata('Size', {
    Size: {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n > 10 %}', Next: 'Done', Output: 'big', Assign: { by: 'first rule' } },
        { Condition: '{% $states.input.n > 5 %}', Next: 'Done', Assign: { by: 'second rule' } },
      ],
      Default: 'Done',
      Output: '{% "small" %}',
      Assign: { by: 'default' },
    },
    Done: { Type: 'Pass', Output: { by: '{% $by %}', got: '{% $states.input %}' }, ...end },
  });

  it.each([
    [11, { by: 'first rule', got: 'big' }],
    [6, { by: 'second rule', got: { n: 6 } }],
    [1, { by: 'default', got: 'small' }],
  ])('takes the first rule that holds, or else its Default: %s', async (n, output) => {
    const { run } = await openStepFunctions();
    expect(outputOf(await run(definition, { n }))).toEqual(output);
  });

  it('fails when no rule holds and there is no Default, and when a Condition is no truth value', async () => {
    const choose = (Condition: string) =>
      jsonata('A', { A: { Type: 'Choice', Choices: [{ Condition, Next: 'B' }] }, B: { Type: 'Succeed' } });
    const { run } = await openStepFunctions();
    expect(await run(choose('{% false %}'))).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
    expect(await run(choose('{% 1 %}'))).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining("'Choices[0]/Condition' must be a boolean, not 1"),
    });
  });
});

describe('Wait', () => {
  it.each([
    ['Seconds', 259_200],
    ['Seconds', '{% $states.input.days * 86400 %}'],
    ['Timestamp', '2026-01-18T12:00:00Z'],
    ['Timestamp', '{% $states.input.until %}'],
  ])('waits for the time in %s: %s', async (field, value) => {
    const { deployMachine, start, advance, describe: describeExecution } = await openStepFunctions();
    const wait = { Type: 'Wait', [field]: value, Output: { waited: '{% $states.input.days %}' }, ...end };
    await deployMachine(jsonata('A', { A: wait }));
    const arn = await start({ days: 3, until: '2026-01-18T13:00:00.000+01:00' });
    await advance(259_199_999);
    expect(await describeExecution(arn)).toMatchObject({ status: 'RUNNING' });
    await advance(1);
    expect(outputOf(await describeExecution(arn))).toEqual({ waited: 3 });
  });

  it.each([
    [{ Seconds: '{% -1 %}' }],
    [{ Seconds: '{% 1.5 %}' }],
    [{ Seconds: "{% '1' %}" }],
    [{ Timestamp: "{% 'tomorrow' %}" }],
    [{ Timestamp: "{% '2026-01-18' %}" }],
  ])('fails when its time is none: %o', async (time) => {
    const { run } = await openStepFunctions();
    const failed = await run(jsonata('A', { A: { Type: 'Wait', ...time, ...end } }));
    expect(failed).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });
});

describe('Fail', () => {
  it('ends the execution with what it says', async () => {
    const { run } = await openStepFunctions();
    const fail = { Type: 'Fail', Error: 'Order.Refused', Cause: "{% 'No ' & $states.input.n %}" };
    const { status, error, cause } = await run(jsonata('A', { A: fail }), { n: 7 });
    expect({ status, error, cause }).toEqual({ status: 'FAILED', error: 'Order.Refused', cause: 'No 7' });
  });
});

describe('Parallel', () => {
  const branch = (States: Record<string, object>) => ({ StartAt: Object.keys(States)[0], States });

  it('runs its branches at once on the same input, and answers their outputs in order', async () => {
    const { deployMachine, start, advance, describe: describeExecution } = await openStepFunctions();
    const definition = jsonata('Set', {
      Set: { Type: 'Pass', Assign: { factor: 10 }, Next: 'Fan' },
      Fan: {
        Type: 'Parallel',
        Arguments: { n: '{% $states.input.n + 1 %}' },
        Branches: [
          branch({
            Slow: { Type: 'Wait', Seconds: 60, Next: 'A' },
            A: { Type: 'Pass', Output: '{% $states.input.n * $factor %}', ...end },
          }),
          branch({
            B: { Type: 'Pass', Assign: { own: 1 }, Next: 'C' },
            C: { Type: 'Pass', Output: '{% $own %}', ...end },
          }),
          branch({
            Inner: {
              Type: 'Parallel',
              Branches: [branch({ D: { Type: 'Succeed', Output: '{% $factor %}' } })],
              ...end,
            },
          }),
        ],
        Assign: { results: '{% $states.result %}' },
        Output: '{% $states.result[0] %}',
        Next: 'Show',
      },
      Show: { Type: 'Pass', Output: { first: '{% $states.input %}', all: '{% $results %}' }, ...end },
    });
    await deployMachine(definition);
    const arn = await start({ n: 4 });
    expect(await describeExecution(arn)).toMatchObject({ status: 'RUNNING' });
    await advance(60_000);
    expect(outputOf(await describeExecution(arn))).toEqual({ first: 50, all: [50, 1, [10]] });
  });

  it('fails with the first failure of a branch; the others end with it, and their tokens are closed', async () => {
    const tokens: unknown[] = [];
    const handlers = { keep: ({ token }: Record<string, unknown>) => void tokens.push(token) };
    const {
      deployMachine,
      start,
      advance,
      describe: describeExecution,
      history,
    } = await openStepFunctions({ handlers });
    const definition = jsonata('Fan', {
      Fan: {
        Type: 'Parallel',
        Branches: [
          branch({
            Hour: { Type: 'Wait', Seconds: 3600, Next: 'No' },
            No: { Type: 'Fail', Error: 'Stock.Empty', Cause: 'none' },
          }),
          branch({ Ask: ask('keep', end) }),
          branch({
            In: { Type: 'Parallel', Branches: [branch({ Day: { Type: 'Wait', Seconds: 86_400, ...end } })], ...end },
          }),
        ],
        Catch: [
          {
            ErrorEquals: ['Stock.Empty'],
            Output: '{% $states.errorOutput %}',
            Assign: { why: '{% $states.errorOutput.Cause %}' },
            Next: 'Caught',
          },
        ],
        ...end,
      },
      Caught: { Type: 'Pass', Output: { got: '{% $states.input %}', why: '{% $why %}' }, ...end },
    });
    await deployMachine(definition);
    const arn = await start();
    await advance(3_600_000);
    expect(outputOf(await describeExecution(arn))).toEqual({
      got: { Error: 'Stock.Empty', Cause: 'none' },
      why: 'none',
    });
    expect(tokens).toHaveLength(1);
    const types = (await history(arn)).map(({ type }) => type);
    expect(types).toContain('ParallelStateFailed');
    await advance(86_400_000);
    expect((await history(arn)).map(({ type }) => type)).toEqual(types);
  });

  it('inside another ends that too, and what is beside it', async () => {
    const { run, history } = await openStepFunctions();
    const day = { Type: 'Wait', Seconds: 86_400, ...end };
    const refused = { Type: 'Fail', Error: 'Stock.Empty', Cause: 'none' };
    const Inner = { Type: 'Parallel', Branches: [branch({ No: refused }), branch({ Day: day })], ...end };
    const Catch = [{ ErrorEquals: ['Stock.Empty'], Next: 'Caught' }];
    const definition = jsonata('Fan', {
      Fan: { Type: 'Parallel', Branches: [branch({ Inner }), branch({ Beside: day })], Catch, ...end },
      Caught: { Type: 'Succeed' },
    });
    const execution = await run(definition);
    expect(outputOf(execution)).toEqual({ Error: 'Stock.Empty', Cause: 'none' });
    const ended = (await history(execution.executionArn ?? '')).map(({ type }) => type);
    expect(ended.filter((type) => /Aborted|ParallelStateFailed/.test(type ?? ''))).toEqual([
      'WaitStateAborted',
      'ParallelStateFailed',
      'ParallelStateAborted',
      'WaitStateAborted',
      'ParallelStateFailed',
    ]);
  });

  it('is tried again as a whole', async () => {
    let calls = 0;
    const handlers = {
      flaky() {
        calls += 1;
        if (calls < 3) throw Object.assign(new Error('busy'), { name: 'Erp.Busy' });
        return 'done';
      },
    };
    const { deployMachine, start, advance, describe: describeExecution } = await openStepFunctions({ handlers });
    const Retry = [{ ErrorEquals: ['Erp.Busy'], IntervalSeconds: 5 }];
    const Branches = [branch({ A: call('flaky', { Output: '{% $states.result.Payload %}', ...end }) })];
    await deployMachine(jsonata('Fan', { Fan: { Type: 'Parallel', Retry, Branches, ...end } }));
    const arn = await start();
    await advance(5_000);
    await advance(10_000);
    expect(outputOf(await describeExecution(arn))).toEqual(['done']);
  });
});

describe('sizes', () => {
  const limit = 262_144;
  const grow = (length: number) =>
    jsonata('A', {
      A: { Type: 'Pass', Output: `{% $pad('', ${length - 2}, 'x') %}`, ...end },
    });

  it('has room for an output of exactly the limit, and for no byte more', async () => {
    const { run } = await openStepFunctions();
    expect(outputOf(await run(grow(limit)))).toHaveLength(limit - 2);
    expect(await run(grow(limit + 1))).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  it('has room for ten mebibytes in all variables together', async () => {
    const states = Array.from({ length: 41 }, (_, n) => {
      const Assign = { [`v${n}`]: '{% $states.input %}' };
      return [`S${n}`, { Type: 'Pass', Assign, ...(n < 40 ? { Next: `S${n + 1}` } : end) }] as const;
    });
    const machine = inMemoryMachine(jsonata('S0', Object.fromEntries(states)));
    const failed = await machine.start('x'.repeat(limit - 100), { call: () => 'no answer' }).finish();
    expect(failed.error).toBe('States.DataLimitExceeded');
    expect(failed.cause).toBe("With those of 'S40' all variables are too large.");
  });

  it('limits what is assigned at once as well', async () => {
    const { run } = await openStepFunctions();
    const Assign = { a: `{% $pad('', ${limit}, 'x') %}` };
    const failed = await run(jsonata('A', { A: { Type: 'Pass', Assign, ...end } }));
    expect(failed).toMatchObject({ error: 'States.DataLimitExceeded', cause: expect.stringContaining('Assign') });
  });
});
