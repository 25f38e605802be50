import type { Construct } from 'constructs';
import { EntryFunction, type EntryFunctionProps } from './entry-function.ts';
import type { SystemAccess } from './system-access.ts';

/** A function that talks to one system, with the credential for one access and no other. */
export class SystemFunction extends EntryFunction {
  constructor(
    scope: Construct,
    id: string,
    { system, access, environment, ...props }: EntryFunctionProps & SystemAccess,
  ) {
    const secret = props.stores.secrets.for(system, access);
    const origins = props.deployment.configuration.systems[system]?.origins ?? 'simulator';
    super(scope, id, {
      ...props,
      environment: {
        SYSTEM: system,
        SECRET_ARN: secret.secretArn,
        // A simulator gets its addresses when it runs: whoever starts it puts them into the configuration first.
        ORIGINS: JSON.stringify(origins === 'simulator' ? {} : origins),
        ...environment,
      },
    });
    this.allow(['secretsmanager:GetSecretValue'], secret.secretArn);
    props.stores.key.allowWriting(this);
  }
}
