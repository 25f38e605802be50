import { ListSecretVersionIdsCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { environmentOf } from './environment.ts';
import { logError, logger } from './log.ts';
import { credentialAge } from './metrics.ts';

const dayMs = 86_400_000;

/** Tells the age of every system's credentials, without reading them; alarms know which age is too old. */
export function serveCredentialAges(
  { CREDENTIALS: credentials }: Pick<ReturnType<typeof environmentOf<['CREDENTIALS']>>, 'CREDENTIALS'>,
  { client, now }: { readonly client: SecretsManagerClient; readonly now: () => number },
) {
  const tell = async (name: string, SecretId: string): Promise<void> => {
    const [system = '', access = ''] = name.split(' ');
    const { Versions = [] } = await client.send(new ListSecretVersionIdsCommand({ SecretId }));
    const current = Versions.find(({ VersionStages }) => VersionStages?.includes('AWSCURRENT'));
    if (!current?.CreatedDate) return logger.warn('a credential has no value yet', { system, access });
    credentialAge({ system, access }, Math.floor((now() - current.CreatedDate.getTime()) / dayMs));
  };
  return async (): Promise<void> => {
    let failed = 0;
    for (const [name, arn] of Object.entries(credentials)) {
      try {
        await tell(name, arn);
      } catch (error) {
        failed++;
        logError('the age of a credential cannot be told', error, { credential: name });
      }
    }
    // The alarm about this function says that there are ages which nobody knows.
    if (failed > 0) throw new Error(`the ages of ${failed} credentials cannot be told`);
  };
}
