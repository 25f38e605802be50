/** `GET /v1/tools` and `GET /openapi.json`. Reads nothing but its own bundle. */
import define from '../countersign.config.ts';
import { environmentOf } from '../lib/aws/environment.ts';
import { serveCatalogue } from '../lib/aws/serve-catalogue.ts';

export const handler = serveCatalogue(define, environmentOf('STAGE', 'ACCOUNT_ID'));
