import { randomBytes } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Secret } from 'otpauth';
import * as z from 'zod';
import type { Configuration } from '../lib/core/config.ts';

/** What an approver's authenticator would hold: Base32. */
export interface LocalApprover {
  readonly totpSecret: string;
}

const secretId = 'countersign/local/approvers';
const shape = z.looseObject({ session: z.string(), totp: z.record(z.string(), z.string()).default({}) });

/** Enrols the approvers who are not enrolled yet, as an operator would; who is enrolled keeps what they have. Answers what signs in by name. */
export async function enrolApprovers(
  client: SecretsManagerClient,
  { approvers = {}, approvals }: Configuration,
): Promise<Record<string, LocalApprover>> {
  const kept = await keptSecret(client);
  const names = approvals?.signIn.kind === 'totp' ? Object.keys(approvers) : [];
  const missing = names.filter((name) => kept?.totp[name] === undefined);
  const added = Object.fromEntries(missing.map((name) => [name, new Secret({ size: 20 }).base32]));
  const totp = { ...kept?.totp, ...added };
  const session = kept?.session ?? randomBytes(32).toString('base64url');
  if (!kept || missing.length > 0)
    await client.send(
      new PutSecretValueCommand({ SecretId: secretId, SecretString: JSON.stringify({ ...kept, session, totp }) }),
    );
  return Object.fromEntries(names.map((name) => [name, { totpSecret: totp[name] ?? '' }]));
}

/** The secret as it is; it starts empty. */
async function keptSecret(client: SecretsManagerClient): Promise<z.output<typeof shape> | undefined> {
  try {
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
    return shape.parse(JSON.parse(SecretString));
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
