import { LocalError, messageOf } from '../local-error.ts';
import type { Deployed, ResourceType } from '../service.ts';
import { resolveIntrinsics, type Scope } from './intrinsics.ts';
import { deployOrder } from './order.ts';
import type { Template } from './template.ts';
import { readStacks, type Stack } from './unsupported.ts';

/** The outputs of each stack by name. */
export type StackOutputs = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Where and with what `deployStacks` deploys. */
export interface DeployTarget {
  readonly types: ReadonlyMap<string, ResourceType>;
  readonly account: string;
  readonly region: string;
}

/** Deploys the stacks in the order given. Errors: `TEMPLATE_UNSUPPORTED` (before anything is deployed, listing all), `DEPLOY_FAILED`. */
export const deployStacks = async (stacks: readonly Stack[], target: DeployTarget): Promise<StackOutputs> => {
  const { templates, unsupported } = readStacks(stacks, target.types);
  if (unsupported.length > 0) {
    const list = unsupported.map((what) => `\n  ${what}`).join('');
    throw new LocalError('TEMPLATE_UNSUPPORTED', `The local AWS does not support:${list}`);
  }
  const outputs = new Map<string, Record<string, string>>();
  const others = { outputs, exported: new Map<string, unknown>() };
  for (const [name, parsed] of templates) outputs.set(name, await deployStack(name, parsed, target, others));
  return outputs;
};

/** What stacks that are deployed before offer to those after. */
interface OtherStacks {
  readonly outputs: StackOutputs;
  readonly exported: Map<string, unknown>;
}

const deployStack = async (
  stack: string,
  parsed: Template,
  target: DeployTarget,
  others: OtherStacks,
): Promise<Record<string, string>> => {
  const deployed = new Map<string, Deployed>();
  const scope = stackScope(stack, parsed, target, { deployed, ...others });
  for (const logicalId of deployOrder(parsed.Resources)) {
    const resource = parsed.Resources[logicalId];
    if (!resource || (resource.Condition && !scope.condition(resource.Condition))) continue;
    try {
      const properties = Object(resolveIntrinsics(resource.Properties, scope));
      const result = await target.types.get(resource.Type)?.deploy({ stack, logicalId, properties });
      if (result) deployed.set(logicalId, result);
    } catch (error) {
      const where = `${stack}: ${logicalId} (${resource.Type})`;
      throw new LocalError('DEPLOY_FAILED', `${where}: ${messageOf(error)}`, { cause: error });
    }
  }
  return readOutputs(stack, parsed, scope, others.exported);
};

const readOutputs = (
  stack: string,
  parsed: Template,
  scope: Scope,
  exported: Map<string, unknown>,
): Record<string, string> => {
  const outputs: Record<string, string> = {};
  for (const [name, output] of Object.entries(parsed.Outputs)) {
    if (output.Condition && !scope.condition(output.Condition)) continue;
    const value = resolveIntrinsics(output.Value, scope);
    outputs[name] = String(value);
    if (!output.Export) continue;
    const exportName = String(resolveIntrinsics(output.Export.Name, scope));
    if (exported.has(exportName))
      throw new LocalError('DEPLOY_FAILED', `${stack}: export ${exportName} exists already`);
    exported.set(exportName, value);
  }
  return outputs;
};

const stackScope = (
  stack: string,
  parsed: Template,
  { account, region }: DeployTarget,
  known: OtherStacks & { readonly deployed: ReadonlyMap<string, Deployed> },
): Scope => {
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stack,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stack}/local`,
  };
  const scope: Scope = {
    ref: (name) => pseudo[name] ?? parameterValue(parsed, name) ?? known.deployed.get(name)?.ref ?? absent(`"${name}"`),
    attribute: (logicalId, name) =>
      known.deployed.get(logicalId)?.attributes[name] ?? absent(`attribute "${logicalId}.${name}"`),
    imported: (name) => known.exported.get(name) ?? absent(`export "${name}" (is its stack deployed first?)`),
    output: (from, name) =>
      known.outputs.get(from)?.[name] ?? absent(`output "${name}" of "${from}" (is that stack deployed first?)`),
    condition(name) {
      const expression = parsed.Conditions[name] ?? absent(`condition "${name}"`);
      return resolveIntrinsics(expression, scope) === true;
    },
  };
  return scope;
};

const parameterValue = (parsed: Template, name: string): unknown => {
  const parameter = parsed.Parameters[name];
  return parameter?.Type === 'CommaDelimitedList' ? parameter.Default.split(',') : parameter?.Default;
};

const absent = (what: string): never => {
  throw new LocalError('DEPLOY_FAILED', `there is no ${what} to refer to`);
};
