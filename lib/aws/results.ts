import { AwsClient } from 'aws4fetch';

/** Keeps answers that are too large for an item or for Lambda. */
export interface Results {
  put(key: string, body: string): Promise<void>;
  get(key: string): Promise<string>;
  /** A signed address of the answer, good for 15 minutes. */
  link(key: string): Promise<string>;
}

const linkSeconds = 900;

/** Results in an S3 bucket. A signing fetch instead of the S3 client, which alone would add 160 KB to every function. */
export function s3Results(bucket: string, environment: Readonly<Record<string, string | undefined>>): Results {
  const region = environment['AWS_REGION'] ?? 'us-east-1';
  const base = environment['AWS_ENDPOINT_URL']
    ? `${environment['AWS_ENDPOINT_URL']}/${bucket}`
    : `https://${bucket}.s3.${region}.amazonaws.com`;
  const client = new AwsClient({
    accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    ...(environment['AWS_SESSION_TOKEN'] && { sessionToken: environment['AWS_SESSION_TOKEN'] }),
    region,
    service: 's3',
    retries: 2,
  });
  const url = (key: string) => `${base}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const send = async (key: string, request: RequestInit): Promise<Response> => {
    const response = await client.fetch(url(key), request);
    if (!response.ok) throw new Error(`results: ${request.method} answered ${response.status}`);
    return response;
  };
  return {
    put: async (key, body) => {
      const response = await send(key, { method: 'PUT', body, headers: { 'content-type': 'application/json' } });
      await response.arrayBuffer();
    },
    get: async (key) => (await send(key, { method: 'GET' })).text(),
    link: async (key) => {
      const address = new URL(url(key));
      address.searchParams.set('X-Amz-Expires', String(linkSeconds));
      return (await client.sign(address, { method: 'GET', aws: { signQuery: true } })).url;
    },
  };
}
