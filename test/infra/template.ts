import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import * as z from 'zod';

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DeletionPolicy: z.string().optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});

/** One resource of a template, with its expressions written as short texts. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: assertions look into properties of every shape.
  readonly properties: any;
  readonly deletionPolicy: string | undefined;
}

/** The resources of one of the two stacks. */
export function resourcesIn(assembly: CloudAssembly, stack: 'data' | 'service'): Resource[] {
  const found = assembly.stacks.find(({ stackName }) => stackName.endsWith(`-${stack}`));
  return Object.entries(templateSchema.parse(found?.template).Resources).map(([id, resource]) => ({
    id,
    type: resource.Type,
    properties: plain(resource.Properties),
    deletionPolicy: resource.DeletionPolicy,
  }));
}

/** Those of one type. */
export const ofType = (resources: readonly Resource[], type: string): Resource[] =>
  resources.filter((resource) => resource.type === type);

/** What the role of a function may do: `action on what`, sorted. */
export function permissionsOf(resources: readonly Resource[], functionName: string): string[] {
  const role = functionNamed(resources, functionName).properties.Role.replace(/<|\.Arn>/g, '');
  return ofType(resources, 'AWS::IAM::Policy')
    .filter(({ properties }) => properties.Roles.includes(`<${role}>`))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
    .sort();
}

/** Each action of a policy document with each of its resources. */
export const statementsOf = (document: { Statement: Statement[] }): string[] =>
  document.Statement.flatMap(({ Effect, Action, Resource: on }) =>
    listOf(Action).flatMap((action) =>
      listOf(on).map((each) => `${Effect === 'Allow' ? '' : 'not '}${action} on ${each}`),
    ),
  );

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

/** The function of that name. */
export function functionNamed(resources: readonly Resource[], name: string): Resource {
  const found = ofType(resources, 'AWS::Lambda::Function').find(({ properties }) => properties.FunctionName === name);
  if (!found) throw new Error(`there is no function ${name}`);
  return found;
}

const listOf = (one: string | string[]): string[] => (Array.isArray(one) ? one : [one]);

/** Expressions as short texts: `<Logical.Attribute>`, and `<data:Logical.Attribute>` for what another stack puts out. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length === 0) {
    if (name === 'Ref') return `<${argument}>`;
    if (name === 'Fn::GetAtt') return `<${argument.join('.')}>`;
    if (name === 'Fn::Join') return argument[1].map(plain).join(argument[0]);
    if (name === 'Fn::GetStackOutput') return `<data:${outputName(argument.OutputName)}>`;
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

const outputName = (name: string): string =>
  name
    .replace(/^PublishOutput(Ref|FnGetAtt)/, '')
    .replace(/[0-9A-F]{8}$/, '')
    .replace(/(Arn|StreamArn)$/, '.$1');
