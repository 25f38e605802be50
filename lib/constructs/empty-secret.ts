import { type CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { DataKey } from './data-key.ts';
import { type Deployment, removalPolicyOf } from './deployment.ts';

/** Whose secret it is, and under which key. */
export interface EmptySecretProps {
  readonly deployment: Deployment;
  readonly key: DataKey;
  /** Name behind `countersign/<stage>/`. */
  readonly name: string;
  readonly description: string;
}

/** A secret that is made empty: its value never stands in a template, an operator puts it in. */
export class EmptySecret extends Secret {
  constructor(scope: Construct, id: string, { deployment, key, name, description }: EmptySecretProps) {
    super(scope, id, {
      secretName: `countersign/${deployment.stage}/${name}`,
      description,
      encryptionKey: key,
      removalPolicy: removalPolicyOf(deployment),
    });
    // Without this the secret would start with a random password that looks like a credential.
    (this.node.defaultChild as CfnSecret).generateSecretString = undefined;
    acknowledge(this, {
      'AwsSolutions-SMG4':
        'It starts empty. What a kind can replace is rotated once it is asked for; people replace the rest.',
    });
  }
}
