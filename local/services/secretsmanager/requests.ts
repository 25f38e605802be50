import * as z from 'zod';
import { ServiceError } from '../../service.ts';

const secretId = z.string().min(1).max(2048);
const stage = z.string().min(1).max(256);
const token = z.string().min(32).max(64);

/** GetSecretValue. */
export const getSecretValueInput = z.strictObject({
  SecretId: secretId,
  VersionId: token.optional(),
  VersionStage: stage.optional(),
});

/** DescribeSecret. */
export const describeSecretInput = z.strictObject({ SecretId: secretId });

/** ListSecretVersionIds. */
export const listVersionsInput = z.strictObject({ SecretId: secretId });

/** UpdateSecretVersionStage. */
export const updateStageInput = z
  .strictObject({
    SecretId: secretId,
    VersionStage: stage,
    RemoveFromVersionId: token.optional(),
    MoveToVersionId: token.optional(),
  })
  .refine(({ RemoveFromVersionId: from, MoveToVersionId: to }) => from !== undefined || to !== undefined, {
    message: 'name the version to move the stage to, or to remove it from',
  });

/** RotateSecret, with the schedule as it was deployed: the SDK makes up the ClientRequestToken, which becomes the version's id. */
export const rotateSecretInput = z.strictObject({
  SecretId: secretId,
  ClientRequestToken: token,
  RotateImmediately: z.literal(true).optional(),
});

/** PutSecretValue: the SDK makes up the ClientRequestToken, which becomes the version's id. */
export const putSecretValueInput = z.strictObject({
  SecretId: secretId,
  ClientRequestToken: token,
  SecretString: z.string().max(65_536).optional(),
  SecretBinary: z.base64().max(87_384).optional(),
  VersionStages: z.array(stage).min(1).max(20).default(['AWSCURRENT']),
});

/** The input of a call, read; errors: `InvalidParameterException` with every offending member by name. */
export const readInput = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) =>
    path.length ? `${path.join('.')}: ${message}` : message,
  );
  throw new ServiceError('InvalidParameterException', issues.join('; '));
};
