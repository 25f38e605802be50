import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Access } from '../core/system.ts';
import type { DataKey } from './data-key.ts';
import type { Deployment } from './deployment.ts';
import { EmptySecret } from './empty-secret.ts';
import { signedAccessesOf } from './system-access.ts';

/** One credential per system and access. They are made empty; an operator puts the value in. */
export class SystemSecrets extends Construct {
  readonly #secrets = new Map<string, ISecret>();

  constructor(
    scope: Construct,
    id: string,
    { deployment, key }: { readonly deployment: Deployment; readonly key: DataKey },
  ) {
    super(scope, id);
    for (const { system, access } of signedAccessesOf(deployment.configuration)) {
      const secret = new EmptySecret(this, `${system}-${access}`, {
        ...{ deployment, key },
        name: `${system}/${access}`,
        description: `What Countersign signs in to ${system} with, to ${access}`,
      });
      this.#secrets.set(`${system} ${access}`, secret);
    }
  }

  /** The credential for one access to one system. Throws where nothing signs in to it. */
  for(system: string, access: Access): ISecret {
    const secret = this.#secrets.get(`${system} ${access}`);
    if (!secret) throw new Error(`${system} has no credential to ${access}`);
    return secret;
  }
}
