import { randomInt } from 'node:crypto';
import { type Action, defineService, type ServiceContext } from '../../service.ts';
import { secretResource } from './deploy-secret.ts';
import type { Pick } from './generated-string.ts';
import { describeSecret, getSecretValue, putSecretValue } from './secret-values.ts';
import { findSecret, openSecrets } from './store.ts';

/** Secrets Manager as far as the product uses it; `pick` chooses the characters of generated secrets. */
export const secretsmanager = (context: ServiceContext, options: { readonly pick?: Pick } = {}) => {
  const store = openSecrets(context.database);
  const touched = (input: Record<string, unknown>): string => {
    const id = String(input['SecretId']);
    return findSecret(store, id)?.arn ?? `arn:aws:secretsmanager:${context.region}:${context.account}:secret:${id}`;
  };
  const action = (name: string, run: (input: Record<string, unknown>) => object): Action => ({
    permissions: (input) => [{ action: `secretsmanager:${name}`, resource: touched(input) }],
    run: ({ input }) => run(input),
  });
  return defineService({
    name: 'secretsmanager',
    protocol: { kind: 'json', targetPrefix: 'secretsmanager', version: '1.1' },
    actions: {
      GetSecretValue: action('GetSecretValue', (input) => getSecretValue(store, input)),
      PutSecretValue: action('PutSecretValue', (input) => putSecretValue(context, store, input)),
      DescribeSecret: action('DescribeSecret', (input) => describeSecret(store, input)),
    },
    resources: { 'AWS::SecretsManager::Secret': secretResource(context, store, options.pick ?? randomInt) },
  });
};
