import * as z from 'zod';

const resource = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z
    .union([z.string().transform((one) => [one]), z.array(z.string())])
    .optional()
    .transform((names) => names ?? []),
  Condition: z.string().optional(),
  Metadata: z.unknown().optional(),
  DeletionPolicy: z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']).optional(),
  UpdateReplacePolicy: z.enum(['Delete', 'Retain', 'Snapshot']).optional(),
});

const parameter = z.strictObject({
  Type: z.enum(['String', 'Number', 'CommaDelimitedList', 'AWS::SSM::Parameter::Value<String>']),
  Default: z.union([z.string(), z.number()]).transform(String),
  Description: z.string().optional(),
  AllowedValues: z.array(z.string()).optional(),
  NoEcho: z.boolean().optional(),
});

const output = z.strictObject({
  Value: z.unknown(),
  Description: z.string().optional(),
  Condition: z.string().optional(),
  Export: z.strictObject({ Name: z.unknown() }).optional(),
});

/** A CloudFormation template in the form that CDK writes; a section or attribute outside it is refused by name. */
export const template = z.strictObject({
  AWSTemplateFormatVersion: z.string().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z.record(z.string(), parameter).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  // CDK's own rule asks for a bootstrapped account; there is none here.
  Rules: z.strictObject({ CheckBootstrapVersion: z.unknown().optional() }).optional(),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), output).default({}),
});

/** A parsed template. */
export type Template = z.infer<typeof template>;

/** One resource of it. */
export type TemplateResource = Template['Resources'][string];
