import { isDeepStrictEqual } from 'node:util';
import { type ServiceContext, ServiceError } from '../../service.ts';
import { transaction } from '../../transaction.ts';
import { describeSecretInput, getSecretValueInput, putSecretValueInput, readInput } from './requests.ts';
import {
  addVersion,
  type Content,
  type Secret,
  type SecretStore,
  secretOf,
  stagedVersion,
  stagesByVersion,
  type Version,
  versionOf,
} from './store.ts';

const seconds = (milliseconds: number): number => milliseconds / 1000;

const absent = (what: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);

const chosenVersion = (store: SecretStore, { arn }: Secret, versionId?: string, stage = 'AWSCURRENT'): Version => {
  if (versionId === undefined) {
    const version = stagedVersion(store, arn, stage);
    if (!version) throw absent(`staging label: ${stage}`);
    return version;
  }
  const version = versionOf(store, arn, versionId);
  if (!version) throw absent(`VersionId: ${versionId}`);
  return version;
};

/** GetSecretValue: the value of AWSCURRENT, or of a version or stage; a secret without one is `ResourceNotFoundException`. */
export const getSecretValue = (store: SecretStore, input: unknown): object => {
  const { SecretId, VersionId, VersionStage } = readInput(getSecretValueInput, input);
  const secret = secretOf(store, SecretId);
  const version = chosenVersion(store, secret, VersionId, VersionStage);
  const stages = stagesByVersion(store, secret.arn)[version.id] ?? [];
  if (VersionStage !== undefined && !stages.includes(VersionStage)) {
    const message = 'You provided a VersionStage that is not associated to the provided VersionId.';
    throw new ServiceError('InvalidRequestException', message);
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...version.content,
    VersionStages: stages,
    CreatedDate: seconds(version.created),
  };
};

const contentOf = (text: string | undefined, bytes: string | undefined): Content => {
  if (text !== undefined && bytes === undefined) return { SecretString: text };
  if (bytes !== undefined && text === undefined) return { SecretBinary: bytes };
  const message = 'You must provide either SecretString or SecretBinary, and not both.';
  throw new ServiceError('InvalidParameterException', message);
};

/** PutSecretValue: a new version; a repeated call with the same token and value changes nothing, with another value it is refused. */
export const putSecretValue = (context: ServiceContext, store: SecretStore, input: unknown): object => {
  const request = readInput(putSecretValueInput, input);
  const { ClientRequestToken: id, VersionStages } = request;
  const content = contentOf(request.SecretString, request.SecretBinary);
  const secret = secretOf(store, request.SecretId);
  transaction(store.database, () => {
    const known = versionOf(store, secret.arn, id);
    if (!known) {
      const version = { id, content, created: context.clock.now(), byDeploy: false };
      addVersion(store, secret.arn, version, VersionStages);
    } else if (!isDeepStrictEqual(known.content, content)) {
      const message = "You can't modify an existing version, you can only create a new version.";
      throw new ServiceError('ResourceExistsException', message);
    }
  });
  const stages = stagesByVersion(store, secret.arn)[id] ?? [];
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: stages };
};

/** DescribeSecret: everything but the value. */
export const describeSecret = (store: SecretStore, input: unknown, rotationOf: (secret: Secret) => object): object => {
  const secret = secretOf(store, readInput(describeSecretInput, input).SecretId);
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...secret.properties,
    ...rotationOf(secret),
    CreatedDate: seconds(secret.created),
    LastChangedDate: seconds(secret.changed),
    VersionIdsToStages: stagesByVersion(store, secret.arn),
  };
};
