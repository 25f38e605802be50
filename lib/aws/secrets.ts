import * as z from 'zod';
import { CountersignError } from '../core/errors.ts';
import { type AwsEnvironment, endpointOf, signedFetch } from './signed-fetch.ts';

const keepMs = 300_000;

/**
 * The credential of one system and access, read once per process and five minutes; `fresh` asks past the cache.
 * Throws `AUTH_FAILED` when it is not set or has not the form that the connector declares.
 */
export function secretOf<S extends z.ZodType>(
  environment: AwsEnvironment,
  { secretArn, schema }: { secretArn: string; schema: S },
): (options?: { readonly fresh?: boolean }) => Promise<z.output<S>> {
  const read = currentValue(environment, secretArn);
  let kept: { value: Promise<z.output<S>>; at: number } | undefined;
  const load = async (): Promise<z.output<S>> => {
    try {
      return schema.parse(JSON.parse(await read()));
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

const answerSchema = z.object({ SecretString: z.string().default('') });

/** Asks for the current value by hand: the client of Secrets Manager would add 10 KB to functions that only read. */
function currentValue(environment: AwsEnvironment, secretArn: string): () => Promise<string> {
  const secretsManager = signedFetch('secretsmanager', environment);
  const url = `${endpointOf('secretsmanager', environment)}/`;
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'secretsmanager.GetSecretValue',
  };
  const body = JSON.stringify({ SecretId: secretArn });
  return async () => {
    const answer = await secretsManager.send(url, { method: 'POST', headers, body });
    return answerSchema.parse(JSON.parse(answer)).SecretString;
  };
}
