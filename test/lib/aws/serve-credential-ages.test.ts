import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, expect, test, vi } from 'vitest';
import { logger } from '../../../lib/aws/log.ts';
import { deploy } from '../../local/services/local-context.ts';
import { openSecretsManager } from '../../local/services/secretsmanager/secrets.ts';
import { readMetrics } from './metrics.ts';

const metrics = readMetrics();
const { serveCredentialAges } = await import('../../../lib/aws/serve-credential-ages.ts');
afterAll(() => vi.restoreAllMocks());

test('the age of what is current is told, of a secret without a value nothing, and one that cannot be asked is an error', async () => {
  const warned = vi.spyOn(logger, 'warn').mockReturnValue();
  const failed = vi.spyOn(logger, 'error').mockReturnValue();
  const { service, client, context } = await openSecretsManager();
  const arnOf = async (Name: string) => (await deploy(service, 'AWS::SecretsManager::Secret', { Name })).ref;
  const [read, write] = [await arnOf('read'), await arnOf('write')];
  const put = (SecretString: string) => client.send(new PutSecretValueCommand({ SecretId: read, SecretString }));
  await put('first');
  context.clock.advance(40 * 86_400_000);
  await put('second');
  context.clock.advance(12.5 * 86_400_000);
  const { now } = context.clock;
  await serveCredentialAges({ CREDENTIALS: { 'erp read': read, 'erp write': write } }, { client, now })();
  expect(metrics()).toEqual([
    {
      ...{ namespace: 'Countersign', service: 'countersign-test', system: 'erp', access: 'read' },
      ...{ CredentialAge: 12, by: ['service', 'system', 'access'] },
    },
  ]);
  expect(warned).toHaveBeenCalledWith('a credential has no value yet', { system: 'erp', access: 'write' });
  const partly = serveCredentialAges({ CREDENTIALS: { 'mes read': 'absent', 'erp read': read } }, { client, now });
  await expect(partly()).rejects.toThrow('the ages of 1 credentials cannot be told');
  expect(failed).toHaveBeenCalledOnce();
  expect(metrics()).toHaveLength(2);
});
