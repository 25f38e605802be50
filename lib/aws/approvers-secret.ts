import { randomBytes } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';

const shape = z.looseObject({ session: z.string().optional(), totp: z.record(z.string(), z.string()).default({}) });

/** What approvers sign in with, for those who enrol them. It starts empty. */
export function approversSecret(client: SecretsManagerClient, secretArn: string) {
  const read = async (): Promise<z.output<typeof shape>> => {
    try {
      const { SecretString = '{}' } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
      return shape.parse(JSON.parse(SecretString));
    } catch (error) {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return { totp: {} };
      throw error;
    }
  };
  return {
    /** Names of those who have a second factor. */
    enrolled: async (): Promise<string[]> => Object.keys((await read()).totp),
    /** Gives an approver a second factor, in place of the one they had; the first enrolment makes the key of sessions too. */
    async enrol(approver: string, secret: string): Promise<void> {
      const kept = await read();
      const session = kept.session ?? randomBytes(32).toString('base64url');
      const value = { ...kept, session, totp: { ...kept.totp, [approver]: secret } };
      await client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: JSON.stringify(value) }));
    },
  };
}
