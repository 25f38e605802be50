import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';

/** Keys that sign; temporary ones come with a session token. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** A request; headers are all signed. */
export interface SignedRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Sends a request signed with AWS Signature Version 4. Follows no redirect: a signature is for one address. */
export type SignedFetch = (url: string, request?: SignedRequest) => Promise<Response>;

/** A fetch that signs as the owner of the credentials; a function is asked for them before each request. */
export function signedFetch(
  credentials: Credentials | (() => Promise<Credentials>),
  { region, service }: { readonly region: string; readonly service: string },
): SignedFetch {
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  return async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    const { protocol, host, pathname, searchParams } = new URL(url);
    const query = groupQuery(searchParams);
    const request = new HttpRequest({ method, path: pathname, query, headers: { ...headers, host }, body });
    const { host: _, ...signed } = (await signer.sign(request)).headers;
    const address = `${protocol}//${host}${pathname}${queryText(searchParams)}`;
    return fetch(address, {
      method,
      headers: signed,
      redirect: 'manual',
      ...(body !== undefined && { body }),
      ...(signal && { signal }),
    });
  };
}

function groupQuery(parameters: URLSearchParams): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const [name, value] of parameters) groups[name] = [...(groups[name] ?? []), value];
  return groups;
}

/** Written as it is signed: a space is `%20`, never `+`. */
function queryText(parameters: URLSearchParams): string {
  const pairs = [...parameters].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
