import { createHash } from 'node:crypto';
import * as z from 'zod';
import { physicalName } from '../../cloudformation/physical-name.ts';
import { resourceType } from '../../cloudformation/resource-type.ts';
import { tags } from '../../iam/properties.ts';
import { type ResourceType, ServiceError } from '../../service.ts';
import { readDefinition } from './read-definition.ts';
import type { SqliteStore } from './sqlite-store.ts';

/** A machine as new executions start it. */
export interface DeployedMachine {
  readonly arn: string;
  readonly roleArn: string;
  /** Of its definition. */
  readonly digest: string;
}

/** The refusal of a machine that is not deployed. */
export const noMachine = (arn: string): ServiceError =>
  new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);

const properties = z.strictObject({
  StateMachineName: z
    .string()
    .regex(/^[\w-]{1,80}$/)
    .optional(),
  StateMachineType: z.literal('STANDARD', { error: 'only STANDARD machines are supported' }).default('STANDARD'),
  RoleArn: z.string(),
  DefinitionString: z.string().max(1024 * 1024),
  DefinitionSubstitutions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  // Nothing is logged or traced here.
  LoggingConfiguration: z
    .strictObject({
      Level: z.enum(['ALL', 'ERROR', 'FATAL', 'OFF']).optional(),
      IncludeExecutionData: z.boolean().optional(),
      Destinations: z
        .array(z.strictObject({ CloudWatchLogsLogGroup: z.strictObject({ LogGroupArn: z.string() }) }))
        .optional(),
    })
    .optional(),
  TracingConfiguration: z.strictObject({ Enabled: z.boolean() }).optional(),
  Tags: tags,
});

/** Whether a service of AWS may assume a role, on behalf of a resource. */
export type StepFunctionsTrust = (
  roleArn: string,
  principal: string,
  context: { readonly 'aws:SourceArn': string; readonly 'aws:SourceAccount': string },
) => boolean;

/** What the resource type is made from. */
export interface MachineOptions {
  readonly store: SqliteStore;
  readonly machines: Map<string, DeployedMachine>;
  readonly region: string;
  readonly account: string;
  readonly trusts: StepFunctionsTrust;
  /** What a definition has to pass that is not known yet. */
  readonly checkStructure: (definition: string) => Promise<void>;
}

/** `AWS::StepFunctions::StateMachine`. A changed definition or role is for new executions: those that run keep theirs, as in AWS. */
export const machineResource = (options: MachineOptions): ResourceType =>
  resourceType(properties, async (given, resource) => {
    const name = given.StateMachineName ?? physicalName(resource, 80);
    const arn = `arn:aws:states:${options.region}:${options.account}:stateMachine:${name}`;
    const source = { 'aws:SourceArn': arn, 'aws:SourceAccount': options.account };
    if (!options.trusts(given.RoleArn, 'states.amazonaws.com', source)) {
      throw new Error('the role defined for the state machine cannot be assumed by states.amazonaws.com');
    }
    const text = substitute(given.DefinitionString, given.DefinitionSubstitutions);
    const digest = await saveDefinition(options, text);
    options.machines.set(arn, { arn, roleArn: given.RoleArn, digest });
    return { ref: arn, attributes: { Arn: arn, Name: name, StateMachineRevisionId: digest.slice(0, 32) } };
  });

const substitute = (text: string, values: Readonly<Record<string, string | number | boolean>>): string =>
  text.replace(/\$\{(\w+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : placeholder,
  );

/** Definitions are kept by their digest; one that is known was accepted before. */
const saveDefinition = async ({ store: { sql }, checkStructure }: MachineOptions, text: string): Promise<string> => {
  const digest = createHash('sha256').update(text).digest('hex');
  readDefinition(text);
  if (sql('SELECT 1 FROM stepfunctions_definition WHERE digest = ?').get(digest)) return digest;
  await checkStructure(text);
  sql('INSERT OR IGNORE INTO stepfunctions_definition (digest, text) VALUES (?, ?)').run(digest, text);
  return digest;
};
