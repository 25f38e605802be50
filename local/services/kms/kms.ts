import { createHash } from 'node:crypto';
import * as z from 'zod';
import { resourceType } from '../../cloudformation/resource-type.ts';
import { type DeployedResource, defineService, type ServiceContext } from '../../service.ts';

const keyProperties = z.strictObject({
  Description: z.string().optional(),
  Enabled: z.literal(true).optional(),
  EnableKeyRotation: z.boolean().optional(),
  KeyPolicy: z.record(z.string(), z.unknown()),
  KeySpec: z.literal('SYMMETRIC_DEFAULT').optional(),
  KeyUsage: z.literal('ENCRYPT_DECRYPT').optional(),
  PendingWindowInDays: z.number().optional(),
  RotationPeriodInDays: z.number().optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

const aliasProperties = z.strictObject({ AliasName: z.string().startsWith('alias/'), TargetKeyId: z.string() });

/** A key's id, the same at every deploy of the same template. */
const keyId = ({ stack, logicalId }: DeployedResource): string => {
  const digest = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex');
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    digest.slice(12, 16),
    digest.slice(16, 20),
    digest.slice(20, 32),
  ].join('-');
};

/** KMS as far as templates name it: keys and aliases that other resources refer to. Nothing here is encrypted with them. */
export const kms = ({ region, account }: ServiceContext) =>
  defineService({
    name: 'kms',
    protocol: { kind: 'json', targetPrefix: 'TrentService', version: '1.1' },
    actions: {},
    resources: {
      'AWS::KMS::Key': resourceType(keyProperties, (_, resource) => {
        const id = keyId(resource);
        return { ref: id, attributes: { Arn: `arn:aws:kms:${region}:${account}:key/${id}`, KeyId: id } };
      }),
      'AWS::KMS::Alias': resourceType(aliasProperties, ({ AliasName }) => ({ ref: AliasName, attributes: {} })),
    },
  });
