import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { CountersignError } from '../core/errors.ts';

const keepMs = 300_000;

/**
 * The credential of one system and access, read once per process and five minutes; `fresh` asks past the cache.
 * Throws `AUTH_FAILED` when it is not set or has not the form that the connector declares.
 */
export function secretOf<S extends z.ZodType>(
  client: SecretsManagerClient,
  { secretArn, schema }: { secretArn: string; schema: S },
): (options?: { readonly fresh?: boolean }) => Promise<z.output<S>> {
  let kept: { value: Promise<z.output<S>>; at: number } | undefined;
  const load = async (): Promise<z.output<S>> => {
    try {
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
      return schema.parse(JSON.parse(SecretString));
    } catch (cause) {
      kept = undefined;
      // The cause may quote the secret: only its name goes on.
      const name = cause instanceof Error ? cause.name : 'Error';
      throw new CountersignError('AUTH_FAILED', `The credential of the system is not set or not usable (${name}).`);
    }
  };
  return ({ fresh = false } = {}) => {
    if (fresh || !kept || performance.now() - kept.at > keepMs) kept = { value: load(), at: performance.now() };
    return kept.value;
  };
}
