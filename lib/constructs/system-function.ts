import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../core/configuration-error.ts';
import { nameIn } from './deployment.ts';
import { EntryFunction, type EntryFunctionProps } from './entry-function.ts';
import type { SystemAccess } from './system-access.ts';

/** A function that knows where one system is, and the credential for one access to it. */
export class ConnectedFunction extends EntryFunction {
  readonly secret: ISecret;

  constructor(
    scope: Construct,
    id: string,
    { system, access, environment, ...props }: EntryFunctionProps & SystemAccess,
  ) {
    const name = nameIn(props.deployment, props.name);
    if (name.length > 64)
      throw new ConfigurationError(`systems.${system}`, `${name} is longer than the name of a function may be: 64`);
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
    this.secret = secret;
  }
}

/** A function that talks to one system, with the credential for one access and no other. */
export class SystemFunction extends ConnectedFunction {
  constructor(scope: Construct, id: string, props: EntryFunctionProps & SystemAccess) {
    super(scope, id, props);
    this.allow(['secretsmanager:GetSecretValue'], this.secret.secretArn);
    // How fast, and whether, its system may be called is agreed on with every other function that calls it.
    this.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], props.stores.coordination.tableArn);
    props.stores.key.allowWriting(this);
  }
}
