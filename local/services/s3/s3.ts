import { physicalName } from '../../cloudformation/physical-name.ts';
import { resourceType } from '../../cloudformation/resource-type.ts';
import { type Action, type Call, defineService, type HttpAnswer, type ServiceContext } from '../../service.ts';
import { bucketPolicyProperties, bucketProperties } from './bucket-properties.ts';
import { getObject, headObject } from './get-object.ts';
import { putObject } from './put-object.ts';
import { type ObjectAddress, route } from './route.ts';
import { openObjects } from './store.ts';
import { xmlRefusal } from './xml.ts';

const LONGEST_NAME = 63;

const addressOf = ({ bucket, key }: Record<string, unknown>): ObjectAddress => ({
  bucket: String(bucket),
  key: String(key),
});

/** S3 as far as large results need it: whole objects, path style, the latest version of each. */
export const s3 = (context: ServiceContext) => {
  const objects = openObjects(context.database);
  const action = (
    permission: string,
    run: (address: ObjectAddress, request: NonNullable<Call['request']>) => HttpAnswer,
  ): Action => ({
    permissions(input) {
      const { bucket, key } = addressOf(input);
      return [{ action: permission, resource: `arn:aws:s3:::${bucket}/${key}` }];
    },
    run({ input, request }) {
      if (!request) throw new TypeError('an S3 call needs its HTTP request');
      return run(addressOf(input), request);
    },
  });
  return defineService({
    name: 's3',
    protocol: { kind: 'rest', route, refusal: xmlRefusal },
    actions: {
      GetObject: action('s3:GetObject', (address, request) => getObject(objects, address, request)),
      // HeadObject has no IAM action of its own.
      HeadObject: action('s3:GetObject', (address, request) => headObject(objects, address, request)),
      PutObject: action('s3:PutObject', (address, request) => putObject(context, objects, address, request)),
    },
    resources: {
      'AWS::S3::Bucket': resourceType(bucketProperties, ({ BucketName }, resource) => {
        const name = BucketName ?? physicalName(resource, LONGEST_NAME).toLowerCase();
        objects.addBucket(name);
        const attributes = {
          Arn: `arn:aws:s3:::${name}`,
          DomainName: `${name}.s3.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${context.region}.amazonaws.com`,
        };
        return { ref: name, attributes };
      }),
      'AWS::S3::BucketPolicy': resourceType(bucketPolicyProperties, ({ Bucket }) => ({ ref: Bucket, attributes: {} })),
    },
  });
};
