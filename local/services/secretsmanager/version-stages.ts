import { ServiceError } from '../../service.ts';
import { transaction } from '../../transaction.ts';
import { listVersionsInput, readInput, updateStageInput } from './requests.ts';
import { moveStage, type Secret, type SecretStore, secretOf, stagesByVersion, versionOf } from './store.ts';

const holderOf = (store: SecretStore, { arn }: Secret, stage: string): string | undefined =>
  Object.entries(stagesByVersion(store, arn)).find(([, stages]) => stages.includes(stage))?.[0];

/** UpdateSecretVersionStage: moves or removes a stage; where AWSCURRENT was comes AWSPREVIOUS. Errors: `InvalidParameterException` when the stage is not where the call takes it from, `ResourceNotFoundException`. */
export const updateVersionStage = (store: SecretStore, input: unknown): object => {
  const { SecretId, VersionStage: stage, ...asked } = readInput(updateStageInput, input);
  const secret = secretOf(store, SecretId);
  const { RemoveFromVersionId: from, MoveToVersionId: to } = asked;
  transaction(store.database, () => {
    const holder = holderOf(store, secret, stage);
    if (holder !== from && holder !== to) {
      const message = `The staging label ${stage} is currently attached to ${holder ?? 'no version'}, so you must name that version in RemoveFromVersionId.`;
      throw new ServiceError('InvalidParameterException', message);
    }
    if (to === undefined) {
      store.sql('DELETE FROM secretsmanager_stage WHERE arn = ? AND stage = ?').run(secret.arn, stage);
    } else if (!versionOf(store, secret.arn, to)) {
      throw new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the version ${to}.`);
    } else {
      moveStage(store, secret.arn, stage, to);
      const leaves = stage === 'AWSCURRENT' && holder !== undefined && holder !== to;
      if (leaves) moveStage(store, secret.arn, 'AWSPREVIOUS', holder);
    }
  });
  return { ARN: secret.arn, Name: secret.name };
};

/** ListSecretVersionIds: the versions that have a stage and a value, without the values. */
export const listVersions = (store: SecretStore, input: unknown): object => {
  const secret = secretOf(store, readInput(listVersionsInput, input).SecretId);
  const Versions = Object.entries(stagesByVersion(store, secret.arn)).flatMap(([VersionId, VersionStages]) => {
    const version = versionOf(store, secret.arn, VersionId);
    return version ? [{ VersionId, VersionStages, CreatedDate: version.created / 1000 }] : [];
  });
  return { ARN: secret.arn, Name: secret.name, Versions };
};
