import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DeployedSaga } from '../core/config.ts';
import { compile } from '../core/saga/compile.ts';
import { bindingOf, boundIn, deployedSagas, stepsFunction } from '../core/saga/deployed.ts';
import { turnsFunction } from '../core/saga/states.ts';
import { CheckedMachine } from './checked-machine.ts';
import { nameIn } from './deployment.ts';
import { EntryFunction, type FunctionsProps } from './entry-function.ts';
import { permitCalls } from './permit-calls.ts';
import { accessesOf, type SystemAccess } from './system-access.ts';
import { SystemFunction } from './system-function.ts';

/** The sagas: the function that starts them, one machine for each, and the functions that machines call: for the steps on each system at each access, and for what no system has to do with. */
export class Sagas extends Construct {
  /** `POST /v1/tools/{saga}` */
  readonly start: EntryFunction;
  /** By the name of the saga. */
  readonly machines: Readonly<Record<string, CheckedMachine>>;
  /** What machines call. */
  readonly called: readonly EntryFunction[];

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { configuration } = props.deployment;
    const sagas = deployedSagas(configuration);
    this.start = this.#starter(props);
    const turns = this.#turns(props);
    const bound = sagas.flatMap((deployed) => boundIn(deployed, configuration));
    const steps = accessesOf(configuration)
      .filter((pair) => bound.some(({ system, access }) => system === pair.system && access === pair.access))
      .map((pair) => [stepsFunction(pair), this.#steps(pair, props)] as const);
    const functions = new Map([[turnsFunction, turns] as const, ...steps]);
    this.called = [...functions.values()];
    this.machines = Object.fromEntries(
      sagas.map((deployed) => [deployed.saga.name, this.#machine(deployed, functions, props)]),
    );
  }

  /** Lets a function start and wake the machines; what they do then they read from the operations. */
  allowRelaying(caller: EntryFunction): void {
    const machines = Object.values(this.machines).map(({ stateMachineArn }) => stateMachineArn);
    caller.allow(['states:StartExecution', 'states:SendTaskSuccess'], ...machines);
  }

  #starter(props: FunctionsProps): EntryFunction {
    const start = new EntryFunction(this, 'saga-start', {
      ...props,
      entry: 'sagas',
      name: 'sagas',
      description: 'Starts the sagas that agents ask for',
    });
    const { operations, journal, key } = props.stores;
    start.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], operations.tableArn);
    start.allow(['dynamodb:PutItem'], journal.tableArn);
    key.allowWriting(start);
    return start;
  }

  #turns(props: FunctionsProps): EntryFunction {
    const turns = new EntryFunction(this, 'saga-turns', {
      ...props,
      entry: 'saga-turns',
      name: 'saga-turns',
      description: 'Begins and ends sagas, for their machines',
      timeout: stepTimeout,
    });
    const { operations, results, key } = props.stores;
    turns.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], operations.tableArn);
    turns.allowObjects(results, ['s3:GetObject', 's3:PutObject'], 'operations/*');
    key.allowWriting(turns);
    this.#allowWaking(turns, props);
    return turns;
  }

  #steps({ system, access }: SystemAccess, props: FunctionsProps): EntryFunction {
    const steps = new SystemFunction(this, `${system}-${access}-steps`, {
      ...props,
      system,
      access,
      entry: 'steps',
      name: `${system}-${access}-steps`,
      description: `Carries out what sagas ${access} in ${system}`,
      timeout: stepTimeout,
      environment: { ACCESS: access },
    });
    permitCalls(steps, { system, access }, props);
    if (access === 'write') this.#allowWaking(steps, props);
    else {
      // What a saga reads is recorded like what it writes: later steps rest on it.
      const { operations, results } = props.stores;
      steps.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], operations.tableArn);
      steps.allowObjects(results, ['s3:GetObject', 's3:PutObject'], 'operations/*');
    }
    return steps;
  }

  /** Asked to wait for what is at rest already, it ends the wait at once. By name: the machines themselves need these functions first. */
  #allowWaking(caller: EntryFunction, { deployment }: FunctionsProps): void {
    const machines = deployedSagas(deployment.configuration).map(({ saga }) =>
      Stack.of(this).formatArn({
        service: 'states',
        resource: 'stateMachine',
        resourceName: nameIn(deployment, machineNameOf(saga.name)),
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    caller.allow(['states:SendTaskSuccess'], ...machines);
  }

  #machine(
    deployed: DeployedSaga,
    functions: ReadonlyMap<string, EntryFunction>,
    { deployment }: FunctionsProps,
  ): CheckedMachine {
    const { saga } = deployed;
    const definition = compile(saga, bindingOf(deployed, deployment.configuration));
    const used = [turnsFunction, ...boundIn(deployed, deployment.configuration).map(stepsFunction)];
    return new CheckedMachine(this, `${saga.name}-machine`, {
      deployment,
      name: machineNameOf(saga.name),
      definition,
      functions: Object.fromEntries([...functions].filter(([name]) => used.includes(name))),
    });
  }
}

/** A step may read and compare before it sends, and look up after; only a machine waits for it. */
const stepTimeout = Duration.seconds(60);

const machineNameOf = (saga: string): string => `saga-${saga.replaceAll('_', '-')}`;
