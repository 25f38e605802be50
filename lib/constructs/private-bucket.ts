import { Duration } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { DataKey } from './data-key.ts';
import { type Deployment, removalPolicyOf } from './deployment.ts';
import { pinLogicalId } from './logical-id.ts';

/** A bucket that only roles of the deployment read. */
export interface PrivateBucketProps {
  readonly deployment: Deployment;
  readonly key: DataKey;
  readonly logicalId: string;
  /** When an object is deleted, by what its key starts with; `''` for all. */
  readonly expiration: Readonly<Record<string, Duration>>;
}

/** Encrypted with the data key, TLS only, versioned. Its name is generated: bucket names are taken worldwide. */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, { deployment, key, logicalId, expiration }: PrivateBucketProps) {
    super(scope, id, {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      lifecycleRules: Object.entries(expiration).map(([prefix, after]) => ({
        ...(prefix && { prefix }),
        expiration: after,
        noncurrentVersionExpiration: Duration.days(1),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      })),
      removalPolicy: removalPolicyOf(deployment),
    });
    pinLogicalId(this, logicalId);
    acknowledge(this, {
      'AwsSolutions-S1':
        'Who reads a result is in the journal; data events of CloudTrail are the choice of the account.',
    });
  }
}
