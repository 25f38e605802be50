import type { DatabaseSync } from 'node:sqlite';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { onTestFinished } from 'vitest';
import { localClock } from '../../../../local/clock.ts';
import { functionPermissions } from '../../../../local/services/lambda/permissions.ts';
import { secretsManagerService } from '../../../../local/services/secretsmanager/secretsmanager.ts';
import { localContext } from '../local-context.ts';
import { serve } from '../serve.ts';

/** What a rotation function is called with. */
export interface RotationEvent {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

const settings = {
  ...{ roleArn: '', directory: '', handler: '', variables: {} },
  ...{ timeout: 3, memorySize: 128, reservedConcurrency: undefined },
};

/** The local Secrets Manager behind the SDK's own client, over a clock that stands still until it is moved; functions are handlers by name. */
export const openSecretsManager = async (
  handlers: Readonly<Record<string, (event: RotationEvent) => unknown>> = {},
  database?: DatabaseSync,
) => {
  const base = localContext(database);
  const context = { ...base, clock: localClock({ host: base.clock.now }) };
  const log: string[] = [];
  const permissions = functionPermissions();
  const { service, rotations } = secretsManagerService({
    context,
    functions: {
      permissions,
      find(arn) {
        const name = arn.split(':').at(-1) ?? '';
        if (!handlers[name]) throw new Error(`there is no function ${arn}`);
        return { ...settings, name, arn };
      },
      async invoke(name, event) {
        try {
          await handlers[name]?.(JSON.parse(event));
          return { failed: false, payload: 'null' };
        } catch (error) {
          return { failed: true, payload: String(error) };
        }
      },
    },
    log: (text) => void log.push(text),
  });
  const server = await serve(service);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SecretsManagerClient({
    ...{ endpoint: server.endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 },
  });
  onTestFinished(async () => {
    await rotations.stop();
    client.destroy();
    await server.close();
  });
  return { service, rotations, client, context, permissions, log, endpoint: server.endpoint };
};
