import { type AwsEnvironment, endpointOf, signedFetch } from './signed-fetch.ts';

/** Keeps answers that are too large for an item or for Lambda. */
export interface Results {
  put(key: string, body: string): Promise<void>;
  get(key: string): Promise<string>;
  /** A signed address of the answer, good for 15 minutes. */
  link(key: string): Promise<string>;
}

const linkSeconds = 900;

/** Results in an S3 bucket. A signing fetch instead of the S3 client, which alone would add 160 KB to every function. */
export function s3Results(bucket: string, environment: AwsEnvironment): Results {
  const base = environment['AWS_ENDPOINT_URL']
    ? `${environment['AWS_ENDPOINT_URL']}/${bucket}`
    : endpointOf(`${bucket}.s3`, environment);
  const s3 = signedFetch('s3', environment);
  const url = (key: string) => `${base}/${key.split('/').map(encodeURIComponent).join('/')}`;
  return {
    put: async (key, body) => {
      await s3.send(url(key), { method: 'PUT', body, headers: { 'content-type': 'application/json' } });
    },
    get: (key) => s3.send(url(key), { method: 'GET' }),
    link: (key) => s3.link(url(key), linkSeconds),
  };
}
