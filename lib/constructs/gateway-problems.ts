import { type GatewayResponseOptions, ResponseType } from 'aws-cdk-lib/aws-apigateway';
import { CountersignError, type ErrorCode } from '../core/errors.ts';
import { problemOf } from '../core/problem.ts';

const unsigned = 'The call carries no signature, or nothing is at this path.';
const malformed = 'API Gateway could not accept the request.';
const unanswered = 'The function did not answer. A write may have taken effect.';

/** What API Gateway answers without asking a function, in the shape of every other refusal (RFC 9457). */
export const gatewayProblems: readonly (GatewayResponseOptions & { readonly id: string })[] = [
  problem('MissingAuthenticationToken', ResponseType.MISSING_AUTHENTICATION_TOKEN, 403, 'SIGNATURE_INVALID', unsigned),
  problem(
    'InvalidSignature',
    ResponseType.INVALID_SIGNATURE,
    403,
    'SIGNATURE_INVALID',
    'The signature does not match.',
  ),
  problem('ExpiredToken', ResponseType.EXPIRED_TOKEN, 403, 'SIGNATURE_INVALID', 'The signature or session is expired.'),
  problem('Unauthorized', ResponseType.UNAUTHORIZED, 401, 'SIGNATURE_INVALID', unsigned),
  problem(
    'AccessDenied',
    ResponseType.ACCESS_DENIED,
    403,
    'NOT_GRANTED',
    'The policies of the role do not allow this.',
  ),
  problem('WafFiltered', ResponseType.WAF_FILTERED, 403, 'NOT_GRANTED', 'A firewall rule refused the request.'),
  problem('ResourceNotFound', ResponseType.RESOURCE_NOT_FOUND, 404, 'ROUTE_NOT_FOUND', 'Nothing is at this path.'),
  problem('Throttled', ResponseType.THROTTLED, 429, 'TOO_MANY_CALLS', 'The rate of all callers together is spent.'),
  problem('QuotaExceeded', ResponseType.QUOTA_EXCEEDED, 429, 'TOO_MANY_CALLS', 'The quota of this caller is spent.'),
  problem('RequestTooLarge', ResponseType.REQUEST_TOO_LARGE, 413, 'INPUT_TOO_LARGE', 'The request is over 6 MB.'),
  problem('MediaType', ResponseType.UNSUPPORTED_MEDIA_TYPE, 415, 'INPUT_INVALID', 'Send application/json.'),
  problem('BadBody', ResponseType.BAD_REQUEST_BODY, 400, 'INPUT_INVALID', malformed),
  problem('BadParameters', ResponseType.BAD_REQUEST_PARAMETERS, 400, 'INPUT_INVALID', malformed),
  problem('Default4xx', ResponseType.DEFAULT_4XX, 400, 'INPUT_INVALID', malformed),
  problem('IntegrationFailure', ResponseType.INTEGRATION_FAILURE, 502, 'OUTCOME_UNKNOWN', unanswered),
  problem('IntegrationTimeout', ResponseType.INTEGRATION_TIMEOUT, 504, 'OUTCOME_UNKNOWN', unanswered),
  problem('Default5xx', ResponseType.DEFAULT_5XX, 502, 'OUTCOME_UNKNOWN', unanswered),
];

function problem(id: string, type: ResponseType, status: number, code: ErrorCode, detail: string) {
  const body = { ...problemOf(new CountersignError(code, detail), { traceId: '$context.requestId' }), status };
  return {
    id,
    type,
    statusCode: String(status),
    responseHeaders: {
      'Content-Type': "'application/problem+json'",
      ...(body.retryAfter !== undefined && { 'Retry-After': `'${body.retryAfter}'` }),
    },
    templates: { 'application/json': JSON.stringify(body) },
  };
}
