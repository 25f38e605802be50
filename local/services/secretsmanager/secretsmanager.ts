import { randomInt } from 'node:crypto';
import type { LocalClock } from '../../clock.ts';
import { type Action, defineService, type ServiceContext } from '../../service.ts';
import type { Functions } from '../lambda/functions.ts';
import { secretResource } from './deploy-secret.ts';
import type { Pick as Choose } from './generated-string.ts';
import { describedRotation, rotateSecret, rotationResource } from './rotate-secret.ts';
import { openRotationPlans } from './rotation-store.ts';
import { rotationsOf } from './rotations.ts';
import { describeSecret, getSecretValue, putSecretValue } from './secret-values.ts';
import { findSecret, openSecrets } from './store.ts';
import { listVersions, updateVersionStage } from './version-stages.ts';

/** What secrets need from the rest of the local AWS; `pick` chooses the characters of generated ones. */
export interface SecretsManagerOptions {
  readonly context: ServiceContext & { readonly clock: LocalClock };
  readonly functions: Pick<Functions, 'invoke' | 'find' | 'permissions'>;
  readonly log: (text: string) => void;
  readonly pick?: Choose;
}

/** Secrets Manager as far as the product uses it. */
export const secretsManagerService = ({ context, functions, log, pick = randomInt }: SecretsManagerOptions) => {
  const store = openSecrets(context.database);
  const plans = openRotationPlans(store);
  const rotations = rotationsOf(store, plans, { clock: context.clock, functions, log });
  const touched = (input: Record<string, unknown>): string => {
    const id = String(input['SecretId']);
    return findSecret(store, id)?.arn ?? `arn:aws:secretsmanager:${context.region}:${context.account}:secret:${id}`;
  };
  const action = (name: string, run: (input: Record<string, unknown>) => object): Action => ({
    permissions: (input) => [{ action: `secretsmanager:${name}`, resource: touched(input) }],
    run: ({ input }) => run(input),
  });
  const service = defineService({
    name: 'secretsmanager',
    protocol: { kind: 'json', targetPrefix: 'secretsmanager', version: '1.1' },
    actions: {
      GetSecretValue: action('GetSecretValue', (input) => getSecretValue(store, input)),
      PutSecretValue: action('PutSecretValue', (input) => putSecretValue(context, store, input)),
      DescribeSecret: action('DescribeSecret', (input) =>
        describeSecret(store, input, (secret) => describedRotation(plans, secret)),
      ),
      ListSecretVersionIds: action('ListSecretVersionIds', (input) => listVersions(store, input)),
      UpdateSecretVersionStage: action('UpdateSecretVersionStage', (input) => updateVersionStage(store, input)),
      RotateSecret: action('RotateSecret', (input) => rotateSecret(store, { plans, rotations }, input)),
    },
    resources: {
      'AWS::SecretsManager::Secret': secretResource(context, store, pick),
      'AWS::SecretsManager::RotationSchedule': rotationResource(context, store, { plans, functions }),
    },
    differences: [
      'Rotation follows the local clock. A schedule is not tried out at its deployment; a rotation that fails is tried again after an hour, from its first step, until it is complete.',
    ],
  });
  return { service, rotations };
};
