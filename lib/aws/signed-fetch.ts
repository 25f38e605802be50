import { partition } from '@aws-sdk/core/client';
import { Sha256 } from '@smithy/core/checksum';
import { buildQueryString, HttpRequest, loadJsonRpcErrorCode, parseUrl } from '@smithy/core/protocols';
import { isThrottlingError, isTransientError, StandardRetryStrategy } from '@smithy/core/retry';
import { toUtf8 } from '@smithy/core/serde';
import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';

/** A function's environment: region, credentials and, where AWS stands elsewhere, AWS_ENDPOINT_URL. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

/** A request whose headers are all signed. */
interface SignedRequest {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One AWS service, spoken to by hand with what the SDK signs, sends and retries by. */
export interface SignedFetch {
  /** The body of the answer. Throws an error with the name that AWS gave it, which never quotes a body. */
  send(url: string, request: SignedRequest): Promise<string>;
  /** The address for a GET by anybody who has it, for so many seconds. */
  link(url: string, seconds: number): Promise<string>;
}

const attempts = 3;
/** For the signer alone where a link is signed: whoever follows it sends no such header. */
const bodyDigest = 'x-amz-content-sha256';

/**
 * Signs as the role of the function, whose credentials stay the same for the life of a process. An attempt ends when it
 * is not connected within 1 s, or hears nothing for `silence` ms; what may pass is tried three times.
 */
export function signedFetch(
  service: 's3' | 'secretsmanager',
  environment: AwsEnvironment,
  { silence = 5_000 }: { readonly silence?: number } = {},
): SignedFetch {
  const credentials = {
    accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
    ...(environment['AWS_SESSION_TOKEN'] && { sessionToken: environment['AWS_SESSION_TOKEN'] }),
  };
  const region = regionOf(environment);
  // S3 alone takes a path as it is sent.
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, uriEscapePath: service !== 's3' });
  const timeouts = { connectionTimeout: 1_000, requestTimeout: silence, socketTimeout: silence };
  const http = new NodeHttpHandler({ ...timeouts, throwOnRequestTimeout: true });
  const retries = new StandardRetryStrategy(attempts);
  const attempt = async (url: string, request: SignedRequest): Promise<string> => {
    const { response } = await http.handle(new HttpRequest(await signer.sign(requestOf(url, request))));
    const body = toUtf8(await streamCollector(response.body));
    if (response.statusCode < 200 || response.statusCode > 299) throw refusal(service, response, body);
    return body;
  };
  return {
    send: (url, request) => withRetries(retries, () => attempt(url, request)),
    link: async (url, seconds) => {
      const request = requestOf(url, { method: 'GET', headers: { [bodyDigest]: 'UNSIGNED-PAYLOAD' } });
      const apart = { unhoistableHeaders: new Set([bodyDigest]), unsignableHeaders: new Set([bodyDigest]) };
      const { path, query = {} } = await signer.presign(request, { expiresIn: seconds, ...apart });
      return `${new URL(url).origin}${path}?${buildQueryString(query)}`;
    },
  };
}

async function withRetries<T>(retries: StandardRetryStrategy, attempt: () => Promise<T>): Promise<T> {
  let token = await retries.acquireInitialRetryToken('');
  for (;;) {
    try {
      const answer = await attempt();
      retries.recordSuccess(token);
      return answer;
    } catch (error) {
      token = await retries.refreshRetryTokenForRetry(token, { errorType: kindOf(error) }).catch(() => {
        throw error;
      });
    }
  }
}

/** Where a host name under the service's own, or the local AWS, is found; without a slash at its end. */
export const endpointOf = (name: string, environment: AwsEnvironment): string => {
  const region = regionOf(environment);
  return environment['AWS_ENDPOINT_URL'] ?? `https://${name}.${region}.${partition(region).dnsSuffix}`;
};

const regionOf = (environment: AwsEnvironment): string => environment['AWS_REGION'] ?? 'us-east-1';

const requestOf = (url: string, { method, headers, body }: SignedRequest): HttpRequest =>
  new HttpRequest({ ...parseUrl(url), method, headers: { ...headers, host: new URL(url).host }, body });

/** What the service refused by, as the SDK's own clients would throw it. */
function refusal(service: string, response: Parameters<typeof loadJsonRpcErrorCode>[0], body: string): Error {
  const { statusCode } = response;
  const name = loadJsonRpcErrorCode(response, jsonOf(body)) ?? 'Error';
  return Object.assign(new Error(`${service} answered ${statusCode}`), {
    name,
    $metadata: { httpStatusCode: statusCode },
  });
}

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // S3 answers XML; its status says enough
  }
};

const kindOf = (error: unknown): 'THROTTLING' | 'TRANSIENT' | 'CLIENT_ERROR' => {
  if (!isError(error)) return 'CLIENT_ERROR';
  if (isThrottlingError(error)) return 'THROTTLING';
  return isTransientError(error) ? 'TRANSIENT' : 'CLIENT_ERROR';
};
const isError = (error: unknown): error is Parameters<typeof isTransientError>[0] => error instanceof Error;
