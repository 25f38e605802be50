import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { problemsOfMachine } from '../core/check-state-machine.ts';
import type { StateMachine as Definition } from '../core/state-machine.ts';
import { acknowledge } from './acknowledge.ts';
import { type Deployment, isRetained, nameIn } from './deployment.ts';
import type { EntryFunction } from './entry-function.ts';

/** A machine, and the functions that it calls. */
export interface CheckedMachineProps {
  readonly deployment: Deployment;
  /** Name behind `countersign-<stage>-`. */
  readonly name: string;
  readonly definition: Definition;
  /** Placeholder in the definition -> the function that it stands for. */
  readonly functions: Readonly<Record<string, EntryFunction>>;
}

/** A standard machine with a role of its own that may call its functions. A definition that could lose work is not synthesized. Its log holds no data of executions. */
export class CheckedMachine extends StateMachine {
  constructor(scope: Construct, id: string, { deployment, name, definition, functions }: CheckedMachineProps) {
    const problems = problemsOfMachine(definition);
    if (problems.length > 0) throw new Error(`the machine ${name} is not sound: ${problems.join('; ')}`);
    const stateMachineName = nameIn(deployment, name);
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      description: definition.Comment,
    });
    const destination = new LogGroup(scope, `${id}Log`, {
      logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
      retention: isRetained(deployment) ? RetentionDays.ONE_YEAR : RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const substitutions = Object.entries(functions).map(([placeholder, { functionArn }]) => [placeholder, functionArn]);
    super(scope, id, {
      stateMachineName,
      stateMachineType: StateMachineType.STANDARD,
      role,
      definitionBody: DefinitionBody.fromString(JSON.stringify(definition)),
      definitionSubstitutions: Object.fromEntries(substitutions),
      logs: { destination, level: LogLevel.ALL, includeExecutionData: false },
    });
    const called = Object.values(functions).map(({ functionArn }) => functionArn);
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: called }));
    const untraced = 'The operation is in every log line; X-Ray would need a permission on every resource.';
    acknowledge(this, { 'AwsSolutions-SF2': untraced, 'Serverless-StepFunctionStateMachineXray': untraced });
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]': 'Deliveries of logs have no ARN that could be named.',
    });
  }
}
