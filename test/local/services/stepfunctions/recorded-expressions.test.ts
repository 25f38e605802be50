// What Amazon Step Functions was seen to do, as tests of localstack/localstack recorded it against AWS. Each source is a key in a
// file *.snapshot.json under tests/aws/services/stepfunctions/v2/ of that repository; definitions and inputs are our own.
import { describe, expect, it } from 'vitest';
import { follow } from './recorded.ts';
import { jsonata, lambda, openStepFunctions } from './running.ts';

const end = { End: true };
const passing = (fields: object) => jsonata('State0', { State0: { Type: 'Pass', ...fields, ...end } });
const task = (Arguments: unknown) =>
  jsonata('State0', { State0: { Type: 'Task', Resource: lambda, Arguments, ...end } });

describe('an expression that gives nothing', () => {
  // assign/test_assign_reference_variables: test_undefined_reference[BASE_UNDEFINED_*], 2024-11-21
  it.each([
    ['Output', passing({ Output: '{% $doesNotExist %}' })],
    ['Output/result', passing({ Output: { result: '{% $doesNotExist %}' } })],
    ['Assign/result', passing({ Assign: { result: '{% $doesNotExist %}' } })],
    ['Arguments', task('{% $doesNotExist %}')],
    ['Arguments/FunctionName', task({ FunctionName: '{% $doesNotExist %}' })],
  ])('in %s fails the execution', async (location, definition) => {
    const { status, error, cause, events, details } = await follow(definition);
    const said =
      "An error occurred while executing the state 'State0' (entered at the event id #2). " +
      `The JSONata expression '$doesNotExist' specified for the field '${location}' returned nothing (undefined).`;
    const failure = { error: 'States.QueryEvaluationError', cause: said };
    expect({ status, error, cause }).toEqual({ status: 'FAILED', ...failure });
    expect(details('EvaluationFailed')).toEqual([{ ...failure, location, state: 'State0' }]);
    expect(details('ExecutionFailed')).toEqual([failure]);
    expect(events.map((event) => event.split(' ').at(-1)).slice(2)).toEqual(['EvaluationFailed', 'ExecutionFailed']);
    expect(events.at(-1)).toBe('4 3 ExecutionFailed');
  });

  // assign/test_assign_reference_variables: test_undefined_reference[BASE_UNDEFINED_OUTPUT_MULTIPLE_STATES], 2024-11-21
  it('names the event with which its own state was entered', async () => {
    const { cause } = await follow(
      jsonata('State0', {
        State0: { Type: 'Pass', Next: 'State1' },
        State1: { Type: 'Pass', Next: 'State2' },
        State2: { Type: 'Pass', Output: { result: '{% $doesNotExist %}' }, ...end },
      }),
    );
    expect(cause).toContain("executing the state 'State2' (entered at the event id #6)");
  });

  // intrinsic_functions/test_math_operations_jsonata: test_math_random_seeded, 2024-11-15
  it('is not the same as one that calls what is no function', async () => {
    const { cause } = await follow(passing({ Output: { n: '{% $randomSeeded($states.input.n) %}' } }), { n: 1 });
    expect(cause).toContain(
      "the field 'Output/n' threw an error during evaluation. T1006: Attempted to invoke a non-function",
    );
  });
});

describe('data', () => {
  // outputdecl/test_output: test_base_output_any_non_dict[*], test_base_cases[BASE_LITERALS, BASE_DIRECT_EXPR], 2026-02-19
  it.each([
    [null, null],
    [0, 0],
    [0.1, 0.1],
    [true, true],
    ['string literal', 'string literal'],
    ['{% $states.input %}', { n: [1, 2, 3] }],
    ['{% $sum($states.input.n) + 1 %}', 7],
    [[], []],
    [{}, {}],
    [' {% states.input %} ', ' {% states.input %} '],
    ['$states.input', '$states.input'],
    [
      [null, 0, [], '$nosuchvar', '{% $states.input %}', { key: '{% true %}' }],
      [null, 0, [], '$nosuchvar', { n: [1, 2, 3] }, { key: true }],
    ],
  ])('of any shape can be an Output: %j', async (Output, output) => {
    const followed = await follow(passing({ Output }), { n: [1, 2, 3] });
    expect(followed.output).toEqual(output);
    expect(followed.events).toEqual([
      '1 0 ExecutionStarted',
      '2 0 PassStateEntered',
      '3 2 PassStateExited',
      '4 3 ExecutionSucceeded',
    ]);
  });

  // assign/test_assign_reference_variables: test_state_assign_evaluation_order[BASE_EVALUATION_ORDER_PASS_STATE], 2024-11-06
  it('that a state assigns is not yet what its own Output reads', async () => {
    const { output, details } = await follow(
      jsonata('State0', {
        State0: { Type: 'Pass', Assign: { answer: 42, question: '{% $states.input.q %}' }, Next: 'State1' },
        State1: { Type: 'Pass', Output: '{% $answer %}', Assign: { answer: 'omitted' }, ...end },
      }),
      { q: 'why' },
    );
    expect(output).toBe(42);
    expect(details('PassStateExited')).toMatchObject([
      { assignedVariables: { answer: '42', question: '"why"' }, assignedVariablesDetails: { truncated: false } },
      { assignedVariables: { answer: '"omitted"' }, output: '42', outputDetails: { truncated: false } },
    ]);
  });

  // outputdecl/test_output: test_base_cases[BASE_EXPR], 2026-02-19: a Pass has no RetryCount
  // scenarios/test_base_scenarios: test_lambda_service_invoke_with_retry_extended_input, 2023-10-24: a Task has
  it('of the context counts retries where there can be any', async () => {
    const { output } = await follow(passing({ Output: '{% $keys($states.context.State) %}' }));
    expect(output).toEqual(['EnteredTime', 'Name']);
    const arrived: unknown[] = [];
    const f = (event: unknown) => void arrived.push(event);
    const Payload = '{% $states.context.State.RetryCount %}';
    await follow(task({ FunctionName: 'f', Payload: { Payload } }), {}, { handlers: { f } });
    expect(arrived).toEqual([{ Payload: 0 }]);
  });

  // error_handling/test_states_errors: test_start_large_input, 2024-03-21 (there a Result, which JSONata calls Output)
  it('larger than 256 KiB ends the execution without a further event', async () => {
    const { events, error, cause } = await follow(passing({ Output: { text: 'a'.repeat(257 * 1024) } }));
    expect(events).toEqual(['1 0 ExecutionStarted', '2 0 PassStateEntered', '3 2 ExecutionFailed']);
    const said =
      "The state/task 'State0' returned a result with a size exceeding the maximum number of bytes service limit.";
    expect({ error, cause }).toEqual({ error: 'States.DataLimitExceeded', cause: said });
  });
});

describe('functions of JSONata', () => {
  it.each([
    // intrinsic_functions/test_array_jsonata: test_array_partition, test_array_range, 2024-11-15
    ['$partition([0], 1)', [[0]]],
    ['$partition([0, 1], 1)', [[0], [1]]],
    ['$partition([0, 1], 5)', [[0, 1]]],
    ['$partition([0, 1, 2, 3], 3)', [[0, 1, 2], [3]]],
    ['$range(0, 9, 3)', [0, 3, 6, 9]],
    ['$range(0, 10, 3)', [0, 3, 6, 9]],
    ['$range(1, 9, 2)', [1, 3, 5, 7, 9]],
    ['$range(1, 9, 9)', 1],
    // intrinsic_functions/test_json_manipulation_jsonata: test_parse, 2024-11-21
    ["$parse('-0')", 0],
    ["$parse('1.1')", 1.1],
    ["$parse('true')", true],
    ['$parse(\'[1, 2, "HelloWorld"]\')', [1, 2, 'HelloWorld']],
    ['$parse(\'{"Arg1": 1, "Arg2": []}\')', { Arg1: 1, Arg2: [] }],
    // evaluate_jsonata/test_base_evaluate_expressions: test_merge_with_dynamic_args, 2026-02-11
    ['$merge([$states.input.part1, $states.input.part2])', { hello: 'world', foo: 'bar' }],
  ])('%s', async (expression, value) => {
    const input = { part1: { hello: 'world' }, part2: { foo: 'bar' } };
    const { output } = await follow(passing({ Output: `{% ${expression} %}` }), input);
    expect(JSON.stringify(output)).toBe(JSON.stringify(value));
  });
});

describe('Choice', () => {
  const choosing = (rule: object, otherwise: object, last: object) =>
    jsonata('Choose', {
      Choose: { Type: 'Choice', Choices: [{ Next: 'Yes', ...rule }], Default: 'No', ...otherwise },
      Yes: { Type: 'Pass', ...last, ...end },
      No: { Type: 'Fail', Cause: 'Condition is false' },
    });
  const Condition = '{% $states.input.condition %}';

  // outputdecl/test_output: test_output_in_choice[CONDITION_TRUE, CONDITION_FALSE], 2026-02-19
  it('hands on the Output of the rule that holds, or its own to its Default', async () => {
    const definition = choosing({ Condition, Output: 'of the rule' }, { Output: 'its own' }, {});
    const holds = await follow(definition, { condition: true });
    expect(holds.output).toBe('of the rule');
    expect(holds.events.slice(1)).toEqual([
      '2 0 ChoiceStateEntered',
      '3 2 ChoiceStateExited',
      '4 3 PassStateEntered',
      '5 4 PassStateExited',
      '6 5 ExecutionSucceeded',
    ]);
    const fails = await follow(definition, { condition: false });
    expect(fails.events.slice(3)).toEqual(['4 3 FailStateEntered', '5 4 ExecutionFailed']);
    expect(fails.details('FailStateEntered')).toMatchObject([{ input: '"its own"' }]);
    expect(fails.details('ExecutionFailed')).toEqual([{ cause: 'Condition is false' }]);
  });

  // assign/test_assign_base: test_assign_in_choice[CONDITION_TRUE, CONDITION_FALSE], 2024-12-27
  it('assigns what the rule that holds says, or what it says itself', async () => {
    const definition = choosing({ Condition, Assign: { by: 'rule' } }, { Assign: { by: 'default' } }, {});
    for (const [condition, by] of [
      [true, '"rule"'],
      [false, '"default"'],
    ] as const) {
      const { details } = await follow(definition, { condition });
      expect(details('ChoiceStateExited')).toMatchObject([
        { assignedVariables: { by }, output: JSON.stringify({ condition }) },
      ]);
    }
  });

  // scenarios/test_base_scenarios: test_choice_condition_constant_jsonata, 2024-11-18
  it('takes a Condition that is plainly true', async () => {
    const { status } = await follow(choosing({ Condition: true }, {}, {}));
    expect(status).toBe('SUCCEEDED');
  });
});

describe('Fail', () => {
  // scenarios/test_base_scenarios: test_fail_error_jsonata, test_fail_cause_jsonata, 2024-11-13; base/test_base: test_state_fail_empty, 2024-03-06
  it.each([
    [{ Error: '{% $states.input.error %}' }, { error: 'Exception' }],
    [{ Cause: '{% $states.input.cause %}' }, { cause: 'because' }],
    [{}, {}],
  ])('says what it is told to, and nothing else: %j', async (fields, details) => {
    const definition = jsonata('FailState', { FailState: { Type: 'Fail', ...fields } });
    const followed = await follow(definition, { error: 'Exception', cause: 'because' });
    expect(followed.events).toEqual(['1 0 ExecutionStarted', '2 0 FailStateEntered', '3 2 ExecutionFailed']);
    expect(followed.details('ExecutionFailed')).toEqual([details]);
  });
});

describe('Wait', () => {
  const waiting = (fields: object) => jsonata('WaitState', { WaitState: { Type: 'Wait', ...fields, ...end } });

  // scenarios/test_base_scenarios: test_wait_seconds_jsonata, 2024-11-13; assign/…: test_assign_in_wait_state, 2024-11-06
  it('may wait for no second, and assigns', async () => {
    const { events, output, details } = await follow(
      waiting({ Seconds: '{% $states.input.waitSeconds %}', Assign: { foo: 'oof' } }),
      { waitSeconds: 0 },
      { onward: (local) => local.advance(0) },
    );
    expect(output).toEqual({ waitSeconds: 0 });
    expect(events.slice(1)).toEqual(['2 0 WaitStateEntered', '3 2 WaitStateExited', '4 3 ExecutionSucceeded']);
    expect(details('WaitStateExited')).toMatchObject([{ assignedVariables: { foo: '"oof"' } }]);
  });

  // scenarios/test_base_scenarios: test_wait_timestamp_jsonata[NO_T, NO_Z, INVALID_DATE, INVALID_TIME, INVALID_ISO], 2024-12-27
  it.each([
    '2016-12-05 21:29:29Z',
    '2016-12-05T21:29:29',
    '2016-13-05T21:29:29Z',
    '2016-12-05T25:29:29Z',
    '05-12-2016T21:29:29Z',
  ])('for %s fails', async (at) => {
    const { events, details } = await follow(waiting({ Timestamp: '{% $states.input.at %}' }), { at });
    const failure = {
      error: 'States.QueryEvaluationError',
      cause:
        "An error occurred while executing the state 'WaitState' (entered at the event id #2). " +
        `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${at}`,
    };
    expect(events.slice(1)).toEqual(['2 0 WaitStateEntered', '3 2 EvaluationFailed', '4 3 ExecutionFailed']);
    expect(details('EvaluationFailed')).toEqual([{ ...failure, location: 'Timestamp', state: 'WaitState' }]);
    expect(details('ExecutionFailed')).toEqual([failure]);
  });

  // scenarios/test_base_scenarios: test_wait_timestamp_jsonata[SECONDS, NANOSECONDS], 2024-12-27
  it.each(['2016-03-14T01:59:00Z', '2016-03-05T21:29:29.243167252Z'])('until %s is over at once', async (at) => {
    const definition = waiting({ Timestamp: '{% $states.input.at %}' });
    const { status } = await follow(definition, { at }, { onward: (local) => local.advance(0) });
    expect(status).toBe('SUCCEEDED');
  });

  // scenarios/test_base_scenarios: test_wait_timestamp_invalid[*], 2024-12-27: refused when the machine is made
  it.each([
    '2016-12-05 21:29:29Z',
    '2016-12-05T21:29:29',
    '2016-13-05T21:29:29Z',
    '2016-12-05T25:29:29Z',
  ])('until %s is no definition', async (Timestamp) => {
    const { deployMachine } = await openStepFunctions();
    await expect(deployMachine(waiting({ Timestamp }))).rejects.toThrow('States.WaitState.Timestamp');
  });
});
