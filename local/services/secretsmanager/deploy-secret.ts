import { createHash } from 'node:crypto';
import * as z from 'zod';
import { physicalName } from '../../cloudformation/physical-name.ts';
import { resourceType } from '../../cloudformation/resource-type.ts';
import type { ServiceContext } from '../../service.ts';
import { transaction } from '../../transaction.ts';
import { generatedString, generateSecretString, type Pick } from './generated-string.ts';
import { addVersion, findSecret, type SecretStore, stagedVersion } from './store.ts';

const secretProperties = z.strictObject({
  Name: z
    .string()
    .regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/)
    .optional(),
  Description: z.string().optional(),
  KmsKeyId: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: generateSecretString.optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

type Properties = z.output<typeof secretProperties>;

/** Real ARNs end in six random characters; these depend on the name, so that a fresh state has the same ARNs. */
const suffix = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 6);

/** The text a deploy writes: a template's own text until somebody puts another value, a generated one only where there is none. */
const textToWrite = (store: SecretStore, arn: string, properties: Properties, pick: Pick): string | undefined => {
  const current = stagedVersion(store, arn, 'AWSCURRENT');
  const { SecretString: text, GenerateSecretString: wish } = properties;
  if (text !== undefined && wish) throw new Error('a secret has SecretString or GenerateSecretString, not both');
  if (!current) return wish ? generatedString(wish, pick) : text;
  const written = 'SecretString' in current.content ? current.content.SecretString : undefined;
  return current.byDeploy && text !== written ? text : undefined;
};

/** `AWS::SecretsManager::Secret`: deploying again never replaces a value that somebody put. */
export const secretResource = (context: ServiceContext, store: SecretStore, pick: Pick) =>
  resourceType(secretProperties, (properties, resource) => {
    const name = properties.Name ?? physicalName(resource, 512);
    const now = context.clock.now();
    const arn =
      findSecret(store, name)?.arn ??
      `arn:aws:secretsmanager:${context.region}:${context.account}:secret:${name}-${suffix(name)}`;
    const { Description, KmsKeyId, Tags } = properties;
    transaction(store.database, () => {
      store
        .sql(
          `INSERT INTO secretsmanager_secret VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (arn) DO UPDATE SET properties = excluded.properties`,
        )
        .run(arn, name, JSON.stringify({ Description, KmsKeyId, Tags }), now, now);
      const text = textToWrite(store, arn, properties, pick);
      if (text === undefined) return;
      const id = createHash('sha256').update(`${arn}#${now}#${text}`).digest('hex').slice(0, 32);
      addVersion(store, arn, { id, content: { SecretString: text }, created: now, byDeploy: true }, ['AWSCURRENT']);
    });
    return { ref: arn, attributes: { Id: arn } };
  });
