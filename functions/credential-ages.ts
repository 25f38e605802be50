/** Tells once a day how old the credentials of systems are. It cannot read them. */
import { secretsManager } from '../lib/aws/clients.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { serveCredentialAges } from '../lib/aws/serve-credential-ages.ts';

export const handler = serveCredentialAges(environmentOf('CREDENTIALS'), { client: secretsManager(), now: Date.now });
