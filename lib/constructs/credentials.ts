import { Aws, Duration } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnRotationSchedule } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { credentialRulesOf, oldestCredential } from '../core/credentials.ts';
import { alarmAbove } from './alarm-above.ts';
import type { Deployment } from './deployment.ts';
import { EntryFunction, type FunctionsProps } from './entry-function.ts';
import { everySoOften } from './every-so-often.ts';
import { ourMetric } from './our-metric.ts';
import { type SystemAccess, signedAccessesOf } from './system-access.ts';
import { ConnectedFunction } from './system-function.ts';

/** Replaces the credentials of systems that ask for it, and raises alarms: about one that is too old, and about a system that cannot be signed in to. */
export class Credentials extends Construct {
  readonly functions: readonly EntryFunction[];

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { systems } = props.deployment.configuration;
    const all = signedAccessesOf(props.deployment.configuration).flatMap((pair) => {
      const system = systems[pair.system];
      return system ? [{ ...pair, rules: credentialRulesOf(system) }] : [];
    });
    const rotating = all.flatMap(({ rules, ...pair }) =>
      rules.replacedBy === 'rotation' ? [this.#rotate(pair, rules.everyDays, props)] : [],
    );
    this.functions = [...rotating, this.#tellAges(all, props)];
    for (const { rules, ...pair } of all) this.#warnOfAge(pair, oldestCredential(rules), props.deployment);
    for (const system of new Set(all.map((pair) => pair.system)))
      alarmAbove(this, `${system} cannot be signed in to`, ourMetric(props.deployment, 'SignInFailed', { system }));
  }

  /** Not at once: the secret may have no value yet, and one that nobody has seen at work is not to be replaced. */
  #rotate({ system, access }: SystemAccess, everyDays: number, props: FunctionsProps): EntryFunction {
    const rotate = new ConnectedFunction(this, `${system}-${access}-rotate`, {
      ...props,
      system,
      access,
      entry: 'rotate',
      name: `${system}-${access}-rotate`,
      description: `Replaces what Countersign signs in to ${system} with, to ${access}`,
      environment: { ACCESS: access },
    });
    const { secretArn } = props.stores.secrets.for(system, access);
    const verbs = ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'];
    rotate.allow(
      verbs.map((verb) => `secretsmanager:${verb}`),
      secretArn,
    );
    props.stores.key.allowWriting(rotate);
    rotate.addPermission('Rotation', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceArn: secretArn,
      sourceAccount: Aws.ACCOUNT_ID,
    });
    const schedule = new CfnRotationSchedule(this, `${system}-${access}-schedule`, {
      secretId: secretArn,
      rotationLambdaArn: rotate.functionArn,
      rotateImmediatelyOnUpdate: false,
      rotationRules: { automaticallyAfterDays: everyDays },
    });
    schedule.node.addDependency(rotate);
    return rotate;
  }

  #tellAges(all: readonly SystemAccess[], props: FunctionsProps): EntryFunction {
    const arns = Object.fromEntries(
      all.map(({ system, access }) => [`${system} ${access}`, props.stores.secrets.for(system, access).secretArn]),
    );
    const ages = new EntryFunction(this, 'ages', {
      ...props,
      entry: 'credential-ages',
      name: 'credential-ages',
      description: 'Tells how old the credentials of systems are',
      environment: { CREDENTIALS: JSON.stringify(arns) },
    });
    ages.allow(['secretsmanager:ListSecretVersionIds'], ...Object.values(arns));
    everySoOften(this, 'daily', { target: ages, every: Duration.days(1), event: { tell: 'ages' } });
    return ages;
  }

  #warnOfAge({ system, access }: SystemAccess, days: number, deployment: Deployment): void {
    const age = ourMetric(deployment, 'CredentialAge', { system, access }, { period: Duration.days(1) });
    const what = `What signs in to ${system} to ${access} is older than ${days} days`;
    alarmAbove(this, what, age, { threshold: days });
  }
}
