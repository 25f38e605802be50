import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../core/configuration-error.ts';
import { isLedger } from '../core/system.ts';
import { nameIn } from './deployment.ts';
import { EntryFunction, type EntryFunctionProps } from './entry-function.ts';
import type { SystemAccess } from './system-access.ts';

/** A function that knows where one system is, and which credential is for one access to it. */
export class ConnectedFunction extends EntryFunction {
  /** None where Countersign keeps the books itself. */
  readonly secret: ISecret | undefined;

  constructor(
    scope: Construct,
    id: string,
    { system, access, environment, ...props }: EntryFunctionProps & SystemAccess,
  ) {
    const name = nameIn(props.deployment, props.name);
    if (name.length > 64)
      throw new ConfigurationError(`systems.${system}`, `${name} is longer than the name of a function may be: 64`);
    const { origins = 'simulator' } = props.deployment.configuration.systems[system] ?? {};
    const secret = isLedger({ origins }) ? undefined : props.stores.secrets.for(system, access);
    super(scope, id, {
      ...props,
      environment: {
        SYSTEM: system,
        SECRET_ARN: secret?.secretArn ?? '',
        // A simulator gets its addresses when it runs: whoever starts it puts them into the configuration first.
        ORIGINS: JSON.stringify(typeof origins === 'string' ? {} : origins),
        ...environment,
      },
    });
    this.secret = secret;
  }
}

/** A function that talks to one system, with the credential for one access and no other; or keeps its books, with the access that this takes. */
export class SystemFunction extends ConnectedFunction {
  constructor(scope: Construct, id: string, props: EntryFunctionProps & SystemAccess) {
    super(scope, id, props);
    if (this.secret) this.allow(['secretsmanager:GetSecretValue'], this.secret.secretArn);
    else this.allowLedger(props.access);
    // How fast, and whether, its system may be called is agreed on with every other function that calls it.
    this.allow(['dynamodb:GetItem', 'dynamodb:UpdateItem'], props.stores.coordination.tableArn);
    props.stores.key.allowWriting(this);
  }
}
