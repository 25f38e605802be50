import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { type Deployment, nameIn, removalPolicyOf } from './deployment.ts';
import { pinLogicalId } from './logical-id.ts';

/** The one key under which operations, journal, results and credentials are encrypted. Rotated yearly. */
export class DataKey extends Key {
  constructor(scope: Construct, id: string, deployment: Deployment) {
    super(scope, id, {
      alias: nameIn(deployment, 'data'),
      description: `Countersign ${deployment.stage}: operations, journal, results, credentials`,
      enableKeyRotation: true,
      removalPolicy: removalPolicyOf(deployment),
    });
    pinLogicalId(this, 'DataKey');
  }

  /** Spelt out, because the usual `kms:GenerateDataKey*` and `kms:ReEncrypt*` allow more than the stores ask for. */
  allowWriting(grantee: IGrantable): void {
    this.grant(grantee, 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey');
  }
}
