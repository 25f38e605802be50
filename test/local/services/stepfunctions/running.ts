import type { DatabaseSync } from 'node:sqlite';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { expect, onTestFinished, vi } from 'vitest';
import { type LocalClock, localClock } from '../../../../local/clock.ts';
import { ServiceError } from '../../../../local/service.ts';
import { stepFunctionsService } from '../../../../local/services/stepfunctions/stepfunctions.ts';
import { deploy, localContext } from '../local-context.ts';
import { serve } from '../serve.ts';

/** What a test's functions do with their event; what they throw is their error. */
export type Handlers = Readonly<Record<string, (event: Record<string, unknown>) => unknown>>;

export const machineRole = 'arn:aws:iam::123456789012:role/machine';
export const lambda = 'arn:aws:states:::lambda:invoke';
export const machineArn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:machine';

/** A definition in JSONata. */
export const jsonata = (StartAt: string, States: Record<string, object>, more: object = {}): string =>
  JSON.stringify({ QueryLanguage: 'JSONata', StartAt, States, ...more });

/** A Task that calls the function of a name with the state's input. */
export const call = (FunctionName: string, more: object): object => ({
  Type: 'Task',
  Resource: lambda,
  Arguments: { FunctionName, Payload: '{% $states.input %}' },
  ...more,
});

/** A Task that hands its token to the function of a name and waits. */
export const ask = (FunctionName: string, more: object): object => ({
  Type: 'Task',
  Resource: `${lambda}.waitForTaskToken`,
  Arguments: { FunctionName, Payload: { token: '{% $states.context.Task.Token %}' } },
  ...more,
});

const invokeWith = (handlers: Handlers) => async (name: string, event: string) => {
  const handler = handlers[name];
  if (!handler) throw new ServiceError('ResourceNotFoundException', `Function not found: ${name}`, { status: 404 });
  try {
    const payload = JSON.stringify((await handler(JSON.parse(event))) ?? null);
    return { failed: false, payload };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
    return { failed: true, payload: JSON.stringify({ errorType, errorMessage }) };
  }
};

/** Step Functions over a database in memory (or a given one) and a clock that stands still until it is moved. */
export const openStepFunctions = async (
  options: {
    readonly handlers?: Handlers;
    readonly database?: DatabaseSync;
    readonly clock?: LocalClock;
    readonly random?: () => number;
    readonly allowed?: (roleArn: string, action: string, resource: string) => boolean;
    /** Whether asl-validator is asked about each definition, which takes long. */
    readonly validated?: boolean;
  } = {},
) => {
  const base = localContext(options.database);
  const clock = options.clock ?? localClock({ host: base.clock.now });
  const context = { ...base, clock };
  const { service, executions } = stepFunctionsService({
    context,
    functions: {
      invoke: invokeWith(options.handlers ?? {}),
      arnOf: (name) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
    },
    allowed: options.allowed ?? (() => true),
    trusts: () => true,
    log: (text) => console.error(text),
    ...(options.random && { random: options.random }),
    ...(!options.validated && { checkStructure: async () => {} }),
  });
  const server = await serve(service);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SFNClient({ endpoint: server.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
  const close = async () => {
    executions.stop();
    client.destroy();
    await server.close();
  };
  onTestFinished(close);
  executions.start();
  const drained = () => vi.waitFor(() => expect(executions.drained()).toBe(true), { timeout: 10_000, interval: 2 });
  const deployMachine = (DefinitionString: string, more: object = {}) =>
    deploy(service, 'AWS::StepFunctions::StateMachine', {
      StateMachineName: 'machine',
      RoleArn: machineRole,
      DefinitionString,
      ...more,
    });
  const begin = async (input: unknown = {}, name?: string): Promise<string> => {
    const command = new StartExecutionCommand({ stateMachineArn: machineArn, name, input: JSON.stringify(input) });
    const { executionArn = '' } = await client.send(command);
    return executionArn;
  };
  const start = async (...execution: Parameters<typeof begin>): Promise<string> => {
    const executionArn = await begin(...execution);
    await drained();
    return executionArn;
  };
  return {
    service,
    executions,
    client,
    clock,
    database: context.database,
    close,
    drained,
    deployMachine,
    begin,
    /** Starts an execution, and waits until nothing goes on by itself. */
    start,
    /** Moves time, and waits until everything that follows has happened. */
    async advance(ms: number) {
      clock.advance(ms);
      await drained();
    },
    describe: (executionArn: string) => client.send(new DescribeExecutionCommand({ executionArn })),
    async history(executionArn: string): Promise<readonly HistoryEvent[]> {
      const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
      return events;
    },
    /** Deploys a definition, starts it, and answers the execution once nothing goes on by itself. */
    async run(definition: string, input: unknown = {}): Promise<DescribeExecutionCommandOutput> {
      await deployMachine(definition);
      const executionArn = await start(input);
      return client.send(new DescribeExecutionCommand({ executionArn }));
    },
  };
};

/** The output of an execution that succeeded. */
export const outputOf = ({ status, output, error, cause }: DescribeExecutionCommandOutput): unknown => {
  expect({ status, error, cause }).toEqual({ status: 'SUCCEEDED', error: undefined, cause: undefined });
  return JSON.parse(output ?? '');
};
