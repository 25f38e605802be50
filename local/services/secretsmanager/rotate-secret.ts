import * as z from 'zod';
import { resourceType } from '../../cloudformation/resource-type.ts';
import type { ServiceContext } from '../../service.ts';
import { ServiceError } from '../../service.ts';
import type { Functions } from '../lambda/functions.ts';
import { readInput, rotateSecretInput } from './requests.ts';
import { pendingVersion, type RotationPlans } from './rotation-store.ts';
import { nextRotation, type Rotations } from './rotations.ts';
import { findSecret, type Secret, type SecretStore, secretOf } from './store.ts';

/** `AWS::SecretsManager::RotationSchedule`: of a function that may be called, and not at once, for the secret may be empty still. */
const scheduleProperties = z.strictObject({
  SecretId: z.string(),
  RotationLambdaARN: z.string(),
  RotateImmediatelyOnUpdate: z.literal(false, {
    error: 'the local Secrets Manager rotates no secret at its deployment',
  }),
  RotationRules: z.strictObject({ AutomaticallyAfterDays: z.int().min(1).max(1000) }),
});

/** The resource type; a plan that is there keeps its next time as long as its period stays. */
export const rotationResource = (
  { clock }: Pick<ServiceContext, 'clock'>,
  store: SecretStore,
  { plans, functions }: { readonly plans: RotationPlans; readonly functions: Pick<Functions, 'find'> },
) =>
  resourceType(scheduleProperties, ({ SecretId, RotationLambdaARN, RotationRules }) => {
    const secret = findSecret(store, SecretId);
    if (!secret) throw new Error(`SecretId: ${SecretId} is no secret of the local AWS`);
    functions.find(RotationLambdaARN);
    const { AutomaticallyAfterDays: days } = RotationRules;
    plans.save({ arn: secret.arn, function: RotationLambdaARN, days, due: nextRotation(clock.now(), days) });
    return { ref: secret.arn, attributes: { Id: secret.arn } };
  });

/** RotateSecret, at once: answers before the rotation is over. Errors: `InvalidRequestException` without a schedule, and while an earlier one is not complete, which is then tried again. */
export const rotateSecret = (
  store: SecretStore,
  { plans, rotations }: { readonly plans: RotationPlans; readonly rotations: Rotations },
  input: unknown,
): object => {
  const { SecretId, ClientRequestToken: version } = readInput(rotateSecretInput, input);
  const secret = secretOf(store, SecretId);
  const plan = plans.find(secret.arn);
  if (!plan) {
    throw new ServiceError('InvalidRequestException', "You can't rotate this secret: it has no rotation schedule.");
  }
  const pending = pendingVersion(store, secret.arn);
  void rotations.rotate(plan, version);
  if (pending !== undefined && pending !== version) {
    const message = "A previous rotation isn't complete. That rotation will be reattempted.";
    throw new ServiceError('InvalidRequestException', message);
  }
  return { ARN: secret.arn, Name: secret.name, VersionId: version };
};

/** What DescribeSecret says about the rotation of a secret. */
export const describedRotation = (plans: RotationPlans, { arn }: Secret): object => {
  const plan = plans.find(arn);
  if (!plan) return {};
  return {
    RotationEnabled: true,
    RotationLambdaARN: plan.function,
    RotationRules: { AutomaticallyAfterDays: plan.days },
    ...(plan.last !== undefined && { LastRotatedDate: plan.last / 1000 }),
    NextRotationDate: plan.due / 1000,
  };
};
