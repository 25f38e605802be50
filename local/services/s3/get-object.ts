import { type Call, type HttpAnswer, ServiceError } from '../../service.ts';
import type { ObjectAddress } from './route.ts';
import type { ObjectStore } from './store.ts';

const UNSUPPORTED = ['range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];

const refuseUnsupported = (headers: Readonly<Record<string, string>>): void => {
  const header = UNSUPPORTED.find((name) => headers[name] !== undefined);
  if (header === undefined) return;
  throw new ServiceError('NotImplemented', 'A header you provided implies functionality that is not implemented.', {
    status: 501,
    details: { Header: header },
  });
};

/** GetObject: the object with the headers it was put with; errors: `NoSuchKey`, `NoSuchBucket`. */
export const getObject = (
  objects: ObjectStore,
  { bucket, key }: ObjectAddress,
  request: NonNullable<Call['request']>,
): HttpAnswer => {
  refuseUnsupported(request.headers);
  const object = objects.find(bucket, key);
  if (!object) {
    throw new ServiceError('NoSuchKey', 'The specified key does not exist.', { status: 404, details: { Key: key } });
  }
  const headers = {
    ...object.headers,
    etag: object.etag,
    'last-modified': new Date(object.modified).toUTCString(),
    'content-length': String(object.body.length),
    'accept-ranges': 'none',
  };
  return { status: 200, headers, body: object.body };
};

/** HeadObject: what GetObject answers, without the body. */
export const headObject: typeof getObject = (objects, address, request) => ({
  ...getObject(objects, address, request),
  body: '',
});
