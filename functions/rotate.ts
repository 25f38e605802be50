/** Replaces the credential of one system and access. Deployed once for each that is rotated; only Secrets Manager may call it. */
import define from '../countersign.config.ts';
import { secretsManager } from '../lib/aws/clients.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { serveRotation } from '../lib/aws/serve-rotation.ts';

export const handler = serveRotation(
  define,
  environmentOf('STAGE', 'SYSTEM', 'ACCESS', 'SECRET_ARN', 'ORIGINS'),
  secretsManager(),
);
