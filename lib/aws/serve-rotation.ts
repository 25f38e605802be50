import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import type { ConfigurationByStage } from '../core/config.ts';
import type { Connection } from '../core/connector.ts';
import { CountersignError } from '../core/errors.ts';
import { rotate, rotationSteps } from '../core/rotation.ts';
import { egress } from './egress.ts';
import type { environmentOf } from './environment.ts';
import { logError, logger } from './log.ts';
import { secretVersions } from './secret-versions.ts';

type Environment = ReturnType<typeof environmentOf<['STAGE', 'SYSTEM', 'ACCESS', 'SECRET_ARN', 'ORIGINS']>>;

/** What Secrets Manager calls a rotation function with. */
const rotationEvent = z.object({
  Step: z.enum(rotationSteps),
  SecretId: z.string(),
  ClientRequestToken: z.string(),
});

const budget = 25_000;

/** Replaces the credential of one system and access, step by step as Secrets Manager asks; a step that fails is asked for again. */
export function serveRotation(define: ConfigurationByStage, environment: Environment, client: SecretsManagerClient) {
  const { STAGE: stage, SYSTEM: system, ACCESS: access, SECRET_ARN: secretArn, ORIGINS: origins } = environment;
  const configured = define(stage).systems[system];
  const transport = egress(origins, { loopback: stage === 'local' });
  return async (event: unknown): Promise<void> => {
    const { Step: step, SecretId: asked, ClientRequestToken: version } = rotationEvent.parse(event);
    try {
      const connector = await configured?.load();
      if (!configured || !connector || asked !== secretArn) throw refused(`This function does not rotate ${asked}.`);
      const { rotation, secret: schema } = connector;
      if (rotation === 'manual') throw refused(`The credentials of ${connector.kind} are replaced by people.`);
      const connect = (secret: unknown): Connection => ({
        ...{ settings: configured.settings, origins, transport },
        secret: async () => secret,
        now: () => performance.now(),
      });
      // What a step makes and cannot keep, because it dies, is found by this name in the system.
      const call = {
        name: `Countersign ${stage} ${system} ${access} ${version}`,
        signal: AbortSignal.timeout(budget),
      };
      await rotate(step, version, { versions: secretVersions(client, { secretArn, schema }), rotation, connect, call });
      logger.info('a step of a rotation is done', { system, access, step, version });
    } catch (error) {
      logError('a step of a rotation failed', error, { system, access, step, version });
      throw error;
    }
  };
}

const refused = (detail: string): CountersignError => new CountersignError('INTERNAL', detail, { applied: 'no' });
