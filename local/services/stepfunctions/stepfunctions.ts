import { randomBytes } from 'node:crypto';
import type { LocalClock } from '../../clock.ts';
import { type Action, defineService, type ServiceContext } from '../../service.ts';
import { openAlarm } from './alarm.ts';
import type { Machine } from './definition.ts';
import { openEngine } from './engine.ts';
import { describeExecution, getExecutionHistory, listExecutions, stopExecution } from './executions.ts';
import { evaluator } from './expression.ts';
import { invokeLambda, type LambdaAccess } from './invoke-lambda.ts';
import { type DeployedMachine, machineResource, type StepFunctionsTrust } from './machine-resource.ts';
import { checkStructure, readDefinition } from './read-definition.ts';
import { openSqliteStore, type SqliteStore } from './sqlite-store.ts';
import { startExecution } from './start-execution.ts';
import { machineOfToken, sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './task-callbacks.ts';

/** What Step Functions needs from the rest of the local AWS. */
export interface StepFunctionsOptions extends LambdaAccess {
  readonly context: ServiceContext & { readonly clock: LocalClock };
  readonly trusts: StepFunctionsTrust;
  readonly log: (text: string) => void;
  /** At least 0 and less than 1; for jitter and `$random`. */
  readonly random?: () => number;
  /** asl-validator, unless somebody deploys so many machines that it takes too long. */
  readonly checkStructure?: (definition: string) => Promise<void>;
}

/** Step Functions as far as standard machines with JSONata call functions and wait. */
export const stepFunctionsService = ({ context, random = Math.random, trusts, ...options }: StepFunctionsOptions) => {
  const { clock, region, account } = context;
  const store = openSqliteStore(context.database);
  const machines = new Map<string, DeployedMachine>();
  const definitions = definitionCache(store);
  const now = () => clock.now();
  const newToken = () => randomBytes(96).toString('base64url');
  const tools = { evaluate: evaluator({ now, random }), now, random, newToken };
  const engine = openEngine({
    store,
    clock,
    tools,
    definitions,
    log: options.log,
    alarm: (earliest, ring) => openAlarm(clock, earliest, ring),
    invoke: (call) => invokeLambda(options, call),
  });
  const using = { store, engine, clock, machines, definitions };
  const on = (member: string, name: string, run: (input: unknown) => object): Action => ({
    permissions: (input) => [{ action: `states:${name}`, resource: String(input[member]) }],
    run: ({ input }) => run(input),
  });
  const byToken = (name: string, run: (input: unknown) => object): Action => ({
    // A token that nobody handed out belongs to no machine; the action itself refuses it.
    permissions({ taskToken }) {
      const machine = machineOfToken(store, taskToken);
      return machine === undefined ? [] : [{ action: `states:${name}`, resource: machine }];
    },
    run: ({ input }) => run(input),
  });
  const service = defineService({
    name: 'states',
    protocol: { kind: 'json', targetPrefix: 'AWSStepFunctions', version: '1.0' },
    actions: {
      StartExecution: on('stateMachineArn', 'StartExecution', (input) => startExecution(using, input)),
      ListExecutions: on('stateMachineArn', 'ListExecutions', (input) => listExecutions(using, input)),
      DescribeExecution: on('executionArn', 'DescribeExecution', (input) => describeExecution(using, input)),
      StopExecution: on('executionArn', 'StopExecution', (input) => stopExecution(using, input)),
      GetExecutionHistory: on('executionArn', 'GetExecutionHistory', (input) => getExecutionHistory(using, input)),
      SendTaskSuccess: byToken('SendTaskSuccess', (input) => sendTaskSuccess(using, input)),
      SendTaskFailure: byToken('SendTaskFailure', (input) => sendTaskFailure(using, input)),
      SendTaskHeartbeat: byToken('SendTaskHeartbeat', (input) => sendTaskHeartbeat(using, input)),
    },
    resources: {
      'AWS::StepFunctions::StateMachine': machineResource({
        checkStructure,
        ...options,
        store,
        machines,
        region,
        account,
        trusts,
      }),
    },
    differences,
  });
  return { service, executions: { start: engine.start, stop: engine.stop, drained: engine.drained } };
};

/** Definitions by digest, read once; those of running executions are kept in the database for as long as it exists. */
const definitionCache = ({ sql }: SqliteStore): ((digest: string) => Machine) => {
  const known = new Map<string, Machine>();
  return (digest) => {
    const cached = known.get(digest);
    if (cached) return cached;
    const row = sql('SELECT text FROM stepfunctions_definition WHERE digest = ?').get(digest);
    const machine = readDefinition(String(row?.['text']));
    known.set(digest, machine);
    return machine;
  };
};

const differences = [
  'Standard machines in JSONata with the states Task, Pass, Choice, Wait, Succeed, Fail and Parallel; Map, JSONPath and all integrations but `lambda:invoke` and `lambda:invoke.waitForTaskToken` are refused at deploy.',
  'JSONata is of version 2.2; in AWS it is 2.0.6. `$random` with a seed answers other numbers than in AWS.',
  'A function that runs while the local AWS ends fails its task with `Lambda.SdkClientException`, whether it got to its end or not: a Retry calls it again.',
  'Timeouts and waits follow the local clock; a function that runs does not run faster when that is advanced.',
  'SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat are allowed on the ARN of the machine that handed out the token.',
  'Executions cannot be redriven.',
  '`States.ALL` does not catch `States.DataLimitExceeded`, which AWS documents; a record of AWS has it caught. Name both.',
  'A variable that is assigned in a branch and around it is refused; AWS was seen to take one that is assigned in a branch and by the Catch around it.',
  'An Output that is a plain text, number, array, truth value or null is refused at deploy, by `asl-validator`; AWS takes it.',
  'The event of a failed expression follows the event with which its state was entered; in records of AWS sometimes the one before that.',
  'The history has the events of executions, states and tasks; a function answers without the HTTP headers of Lambda.',
];
