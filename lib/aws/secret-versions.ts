import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { CountersignError } from '../core/errors.ts';
import type { SecretVersions } from '../core/rotation.ts';

/** The versions of one secret in Secrets Manager, in the form that a connector declares. */
export function secretVersions<S extends z.ZodType>(
  client: SecretsManagerClient,
  { secretArn: SecretId, schema }: { secretArn: string; schema: S },
): SecretVersions<z.output<S>> {
  return {
    async stages() {
      const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
      return VersionIdsToStages;
    },
    async read(VersionStage, VersionId) {
      try {
        const { SecretString = '' } = await client.send(
          new GetSecretValueCommand({ SecretId, VersionStage, VersionId }),
        );
        return parsed(schema, SecretString, VersionStage);
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    async putPending(ClientRequestToken, secret) {
      const SecretString = JSON.stringify(secret);
      try {
        await client.send(
          new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages: ['AWSPENDING'] }),
        );
        return true;
      } catch (error) {
        if (error instanceof ResourceExistsException) return false;
        throw error;
      }
    },
    async makeCurrent(MoveToVersionId, RemoveFromVersionId) {
      const moved = { VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId };
      await client.send(new UpdateSecretVersionStageCommand({ SecretId, ...moved }));
    },
  };
}

/** The cause may quote the secret: only what kind of error it is goes on. */
function parsed<S extends z.ZodType>(schema: S, text: string, stage: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : 'Error';
    throw new CountersignError('AUTH_FAILED', `The value with stage ${stage} is no credential of this kind (${name}).`);
  }
}
