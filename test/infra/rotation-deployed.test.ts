import { join } from 'node:path';
import { PutSecretValueCommand, RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startLocalAws } from '../../local/local-aws.ts';
import { temporaryDirectory } from '../local/fixture.ts';
import { erp, mes, synthesizeSample } from './sample.ts';

const account = '111122223333';
const operatorArn = `arn:aws:iam::${account}:role/secrets`;

test('a schedule is deployed beside an empty secret, and Secrets Manager may call the function with each of the four steps', async () => {
  const rotated = { ...erp, credentials: { replacedBy: 'rotation', everyDays: 30 } } as const;
  const assembly = synthesizeSample('local', { change: { systems: { erp: rotated, mes } }, attachPolicies: false });
  const lines: string[] = [];
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['secretsmanager:PutSecretValue', 'secretsmanager:RotateSecret'], Resource: '*' },
    ],
  };
  const local = await startLocalAws({
    ...{ state: temporaryDirectory(), port: 0, account },
    assembly: {
      stacks: assembly.stacks.map(({ stackName: name, template }) => ({ name, template })),
      assetDirectory: (objectKey) => join(assembly.directory, `asset.${objectKey.replace(/\.zip$/, '')}`),
    },
    roles: [{ name: 'secrets', roleArn: operatorArn, kind: 'operator', policy }],
    log: ({ text }) => void lines.push(text),
  });
  onTestFinished(() => local.close());
  const client = new SecretsManagerClient({
    ...{ region: local.region, endpoint: local.origin, credentials: local.credentials('secrets') },
  });
  onTestFinished(() => client.destroy());
  const SecretId = 'countersign/local/erp/write';
  await client.send(new PutSecretValueCommand({ SecretId, SecretString: '{}' }));
  await client.send(new RotateSecretCommand({ SecretId }));
  // The function of the sample does nothing: all of its steps are called, and no version becomes current.
  await vi.waitFor(() => expect(lines.join('\n')).toContain('no version became current'), { timeout: 10_000 });
});
