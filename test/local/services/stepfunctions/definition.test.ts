import { describe, expect, it } from 'vitest';
import { ask, call, jsonata, machineArn, openStepFunctions } from './running.ts';

const end = { End: true };
const pass = { Type: 'Pass', ...end };

const deployment = async (definition: string, more: object = {}) => {
  const { deployMachine } = await openStepFunctions({ validated: true });
  return deployMachine(definition, more);
};

describe('a definition is refused by name', () => {
  const one = (state: object) => jsonata('A', { A: state });
  it.each<[string, string, string]>([
    [
      'JSONPath',
      JSON.stringify({ QueryLanguage: 'JSONPath', StartAt: 'A', States: { A: pass } }),
      'QueryLanguage: the local Step Functions runs the query language JSONata only',
    ],
    ['no query language, which means JSONPath', JSON.stringify({ StartAt: 'A', States: { A: pass } }), 'QueryLanguage'],
    ['a state in JSONPath', one({ ...pass, QueryLanguage: 'JSONPath' }), 'States.A.QueryLanguage'],
    ['a field of JSONPath', one({ ...pass, InputPath: '$' }), 'States.A: Unrecognized key: "InputPath"'],
    ['Parameters', one(call('f', { ...end, Parameters: {} })), '"Parameters"'],
    ['Credentials', one(call('f', { ...end, Credentials: {} })), '"Credentials"'],
    ['Map', one({ Type: 'Map', ItemProcessor: {}, ...end }), 'States.A.Type: the state type Map is not supported'],
    [
      'another integration',
      one(call('f', { ...end, Resource: 'arn:aws:states:::sqs:sendMessage' })),
      'arn:aws:states:::sqs:sendMessage is not supported',
    ],
    [
      'a function as resource',
      one(call('f', { ...end, Resource: 'arn:aws:lambda:eu-central-1:1:function:f' })),
      'function:f is not supported',
    ],
    [
      'an SDK integration',
      one(call('f', { ...end, Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem' })),
      'aws-sdk:dynamodb:updateItem is not supported',
    ],
    [
      'an argument of lambda:invoke',
      one(call('f', { ...end, Arguments: { FunctionName: 'f', InvocationType: 'Event' } })),
      'InvocationType of lambda:invoke is not supported',
    ],
    ['a dangling Next', one({ Type: 'Pass', Next: 'B' }), 'MISSING_TRANSITION_TARGET'],
    ['an unreachable state', jsonata('A', { A: pass, B: pass }), 'State B is not reachable'],
    ['both Next and End', jsonata('A', { A: { ...pass, Next: 'B' }, B: pass }), 'A'],
    [
      'States.ALL before another entry',
      one(call('f', { ...end, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] })),
      'States.A.Retry: States.ALL stands alone',
    ],
    [
      'States.ALL beside another name',
      jsonata('A', { A: call('f', { Catch: [{ ErrorEquals: ['States.ALL', 'E'], Next: 'B' }], ...end }), B: pass }),
      'States.A.Catch: States.ALL stands alone',
    ],
    ['a backoff below 1', one(call('f', { ...end, Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] })), 'BackoffRate'],
    [
      'an expression that cannot be read',
      one({ ...pass, Output: '{% 1 + %}' }),
      "A: Output: the JSONata expression '1 +' cannot be read",
    ],
    [
      'an expression that is not closed',
      one({ ...pass, Output: { a: '{% 1' } }),
      'A: Output: an expression starts with {% and ends with %}',
    ],
    ['$eval', one({ ...pass, Output: "{% $eval('1') %}" }), '$eval is not supported in Step Functions'],
    ['$eval by another name', one({ ...pass, Output: "{% ($e := $eval; $e('1')) %}" }), '$eval is not supported'],
    [
      '$states.result where there is none',
      one(call('f', { ...end, Arguments: { FunctionName: 'f', Payload: '{% $states.result %}' } })),
      'A: Arguments: $states.result is not there',
    ],
    [
      '$states.result in a Pass',
      one({ ...pass, Assign: { a: '{% $states.result.b %}' } }),
      'A: Assign: $states.result is not there',
    ],
    [
      '$states.errorOutput outside of Catch',
      one(call('f', { ...end, Output: '{% $states.errorOutput %}' })),
      'A: Output: $states.errorOutput is not there',
    ],
    ['the variable states', one({ ...pass, Assign: { states: 1 } }), 'States.A.Assign.states'],
    ['a part of a variable', one({ ...pass, Assign: { 'x.y': 1 } }), 'States.A.Assign.x.y'],
    [
      'a heartbeat that is no shorter than the timeout',
      one(ask('f', { ...end, TimeoutSeconds: 60, HeartbeatSeconds: 60 })),
      'A: HeartbeatSeconds must be less than TimeoutSeconds',
    ],
    ['a name of 81 characters', jsonata('x'.repeat(81), { ['x'.repeat(81)]: pass }), 'StartAt'],
    ['an unknown member at the top', jsonata('A', { A: pass }, { ProcessorConfig: {} }), '"ProcessorConfig"'],
    ['a text that is no JSON', '{', 'it is not JSON'],
  ])('%s', async (_, definition, message) => {
    await expect(deployment(definition)).rejects.toThrow(message);
  });

  it('when a branch assigns a variable of the scope around it', async () => {
    const inner = { StartAt: 'B', States: { B: { ...pass, Assign: { x: 2 } } } };
    const states = {
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'Fan' },
      Fan: { Type: 'Parallel', Branches: [inner], ...end },
    };
    await expect(deployment(jsonata('A', states))).rejects.toThrow(
      'the variable x is assigned in a branch and outside of it',
    );
  });

  it('with all that is wrong at once', async () => {
    const states = { A: { Type: 'Pass', Output: '{% ( %}', Next: 'B' }, B: { ...pass, Output: '{% $eval("1") %}' } };
    await expect(deployment(jsonata('A', states))).rejects.toThrow(/A: Output.*; B: Output/);
  });
});

describe('AWS::StepFunctions::StateMachine', () => {
  it('is referred to by its ARN', async () => {
    const { ref, attributes } = await deployment(jsonata('A', { A: pass }), {
      LoggingConfiguration: { Level: 'OFF', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
      StateMachineType: 'STANDARD',
      Tags: [{ Key: 'stage', Value: 'dev' }],
    });
    expect(ref).toBe(machineArn);
    expect(attributes).toMatchObject({ Arn: machineArn, Name: 'machine' });
  });

  it('gets a name of its own when the template gives none', async () => {
    const { ref } = await deployment(jsonata('A', { A: pass }), { StateMachineName: undefined });
    expect(ref).toMatch(/:stateMachine:Data-Thing-[0-9a-f]{12}$/);
  });

  it('replaces what it is told to in its definition', async () => {
    const { deployMachine, start, describe: describeExecution } = await openStepFunctions();
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders of a definition
    const definition = jsonata('A', { A: { ...pass, Output: { table: '${Table}', other: '${Other}' } } });
    await deployMachine(definition, { DefinitionSubstitutions: { Table: 'operations' } });
    const { output } = await describeExecution(await start());
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders of a definition
    expect(JSON.parse(output ?? '')).toEqual({ table: 'operations', other: '${Other}' });
  });

  it.each([
    [{ StateMachineType: 'EXPRESS' }, 'only STANDARD machines'],
    [{ DefinitionS3Location: {} }, 'DefinitionS3Location'],
    [{ EncryptionConfiguration: {} }, 'EncryptionConfiguration'],
    [{ StateMachineName: 'a b' }, 'StateMachineName'],
  ])('refuses %j', async (more, message) => {
    await expect(deployment(jsonata('A', { A: pass }), more)).rejects.toThrow(message);
  });
});
