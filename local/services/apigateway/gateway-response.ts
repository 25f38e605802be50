import type * as z from 'zod';
import type { Answer } from '../../http/answer.ts';
import type { gatewayResponseProperties } from './properties.ts';

/** The gateway's own answers: status and AWS's name of the error by type. */
const responseTypes = {
  ACCESS_DENIED: { status: 403, error: 'AccessDeniedException' },
  // A function that failed or answered in another shape; AWS has no type of its own for it.
  DEFAULT_5XX: { status: 502, error: 'InternalServerErrorException' },
  // Lambda refused the call. AWS documents 504 and answers 500.
  INTEGRATION_FAILURE: { status: 500, error: 'InternalServerErrorException' },
  INTEGRATION_TIMEOUT: { status: 504, error: 'InternalServerErrorException' },
  INVALID_SIGNATURE: { status: 403, error: 'InvalidSignatureException' },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, error: 'MissingAuthenticationTokenException' },
  REQUEST_TOO_LARGE: { status: 413, error: 'RequestTooLargeException' },
  THROTTLED: { status: 429, error: 'TooManyRequestsException' },
} as const;

/** A kind of answer that the gateway gives itself. */
export type ResponseType = keyof typeof responseTypes;

/** What the gateway says of a request that it does not pass on; `error` and `status` override the usual ones of the type. */
export interface GatewayProblem {
  readonly type: ResponseType;
  readonly message: string;
  readonly error?: string;
  readonly status?: number;
}

/** Values for `$context...` by their path, such as `requestId` or `identity.sourceIp`. */
export type GatewayContext = Readonly<Record<string, string>>;

/** A deployed `AWS::ApiGateway::GatewayResponse`. */
export type GatewayResponse = z.output<typeof gatewayResponseProperties>;

const contextNames: readonly string[] = [
  'accountId',
  'apiId',
  'error.message',
  'error.messageString',
  'error.responseType',
  'extendedRequestId',
  'httpMethod',
  'identity.sourceIp',
  'path',
  'requestId',
  'requestTime',
  'requestTimeEpoch',
  'resourcePath',
  'stage',
];

const variable = /\$context\.([\w.]*\w)/g;

/** Refuses what the local AWS would not fill in: other variables, directives of the template language. */
export const checkGatewayResponse = ({ ResponseTemplates, ResponseParameters }: GatewayResponse): void => {
  for (const text of Object.values(ResponseTemplates)) {
    const used = [...text.matchAll(variable)].map(([, name]) => name ?? '');
    const unknown = used.filter((name) => !contextNames.includes(name)).map((name) => `$context.${name}`);
    const refused = [...unknown, ...(text.replace(variable, '').match(/[$#]\w*/g) ?? [])];
    if (refused.length > 0) throw new Error(`response templates cannot use ${refused.join(', ')}`);
  }
  for (const value of Object.values(ResponseParameters)) {
    const isKnown = /^'.*'$/.test(value) || contextNames.includes(value.replace(/^context\./, ''));
    if (!isKnown) throw new Error(`response parameters cannot use ${value}`);
  }
};

/** Words a problem as the API's gateway responses say, most specific first. */
export const gatewayAnswer = (
  problem: GatewayProblem,
  context: GatewayContext,
  responses: ReadonlyMap<string, GatewayResponse>,
): Answer => {
  const { status, error, type, message } = { ...responseTypes[problem.type], ...problem };
  const response = responses.get(type) ?? responses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const known: GatewayContext = {
    ...context,
    'error.message': message,
    'error.messageString': JSON.stringify(message),
    'error.responseType': type,
  };
  const [contentType, template] = Object.entries(response?.ResponseTemplates ?? {})[0] ?? [
    'application/json',
    '{"message":$context.error.messageString}',
  ];
  return {
    status: Number(response?.StatusCode ?? status),
    headers: {
      'content-type': contentType,
      'x-amzn-errortype': error,
      'x-amzn-requestid': context['requestId'] ?? '',
      ...headersOf(response, known),
    },
    body: template.replace(variable, (_, name: string) => known[name] ?? ''),
  };
};

const headersOf = (response: GatewayResponse | undefined, context: GatewayContext): Record<string, string> =>
  Object.fromEntries(
    Object.entries(response?.ResponseParameters ?? {}).map(([name, value]) => [
      name.replace('gatewayresponse.header.', '').toLowerCase(),
      value.startsWith("'") ? value.slice(1, -1) : (context[value.replace('context.', '')] ?? ''),
    ]),
  );
