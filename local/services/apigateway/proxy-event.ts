import type { Caller } from '../../credentials.ts';
import type { LocalRequest } from '../../http/request.ts';
import type { GatewayContext } from './gateway-response.ts';
import type { RouteMatch } from './routes.ts';

/** What the gateway knows of one request beside the request itself. Times in epoch milliseconds of the host. */
export interface RequestFacts {
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly at: number;
  readonly apiId: string;
  readonly account: string;
  readonly stage: string;
  readonly deploymentId: string;
  readonly stageVariables: Readonly<Record<string, string>> | null;
}

/**
 * The event of a Lambda proxy integration (REST APIs, payload version 1.0), as JSON. Both of its paths keep the base path,
 * as behind a custom domain. `caller` is absent where nobody has to sign.
 */
export const proxyEvent = (
  request: LocalRequest,
  route: RouteMatch,
  caller: Caller | undefined,
  facts: RequestFacts,
): string => {
  // The signature has served its purpose; the gateway keeps it from the function.
  const sent = request.sentHeaders.filter(([name]) => !caller || name.toLowerCase() !== 'authorization');
  const headers = [...sent, ['X-Forwarded-For', request.address], ['X-Forwarded-Proto', 'http']] as const;
  return JSON.stringify({
    resource: route.resourcePath,
    path: request.path,
    httpMethod: request.method,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: lastValues(request.query),
    multiValueQueryStringParameters: allValues(request.query),
    pathParameters: route.parameters,
    stageVariables: facts.stageVariables,
    requestContext: requestContext(request, route, caller, facts),
    body: request.body.length > 0 ? request.body.toString('utf8') : null,
    isBase64Encoded: false,
  });
};

const requestContext = (request: LocalRequest, route: RouteMatch, caller: Caller | undefined, facts: RequestFacts) => ({
  resourceId: route.method.ResourceId,
  resourcePath: route.resourcePath,
  httpMethod: request.method,
  extendedRequestId: facts.extendedRequestId,
  requestTime: logTime(facts.at),
  path: request.path,
  accountId: facts.account,
  protocol: 'HTTP/1.1',
  stage: facts.stage,
  domainPrefix: 'local',
  requestTimeEpoch: facts.at,
  requestId: facts.requestId,
  identity: {
    cognitoIdentityPoolId: null,
    accountId: caller?.account ?? null,
    cognitoIdentityId: null,
    caller: caller?.userId ?? null,
    sourceIp: request.address,
    principalOrgId: null,
    accessKey: caller?.accessKeyId ?? null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    apiKey: null,
    apiKeyId: null,
    clientCert: null,
    userArn: caller?.sessionArn ?? null,
    userAgent: request.headers['user-agent'] ?? null,
    user: caller?.userId ?? null,
  },
  domainName: request.headers['host'] ?? '',
  deploymentId: facts.deploymentId,
  apiId: facts.apiId,
});

/** The values for `$context` in gateway responses. */
export const gatewayContext = (
  request: Pick<LocalRequest, 'path' | 'method' | 'address'>,
  resourcePath: string,
  facts: RequestFacts,
): GatewayContext => ({
  accountId: facts.account,
  apiId: facts.apiId,
  extendedRequestId: facts.extendedRequestId,
  httpMethod: request.method,
  'identity.sourceIp': request.address,
  path: request.path,
  requestId: facts.requestId,
  requestTime: logTime(facts.at),
  requestTimeEpoch: String(facts.at),
  resourcePath,
  stage: facts.stage,
});

type Pairs = readonly (readonly [string, string])[];

const lastValues = (pairs: Pairs): Record<string, string> | null =>
  pairs.length > 0 ? Object.fromEntries(pairs) : null;

const allValues = (pairs: Pairs): Record<string, string[]> | null => {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return groups.size > 0 ? Object.fromEntries(groups) : null;
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `21/Nov/2026:12:01:03 +0000`. */
const logTime = (at: number): string => {
  const iso = new Date(at).toISOString();
  return `${iso.slice(8, 10)}/${months[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
};
