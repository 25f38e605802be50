import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { CountersignError, isCountersignError } from '../core/errors.ts';
import { type Answer, problemAnswer } from '../core/operation/answer.ts';
import type { Principal } from '../core/policy/authorise.ts';
import { problemOf } from '../core/problem.ts';
import type { ToolCall } from '../core/tool-call.ts';
import { logError } from './log.ts';

/** The body above which an answer is handed out by location: Lambda itself stops at 6 MB. */
export const largestBody = 4 * 1024 * 1024;

/** A handler of the agents' API: any error becomes a problem document, none a stack. */
export const httpHandler =
  (handle: (event: APIGatewayProxyEvent, traceId: string) => Promise<Answer>) =>
  async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const traceId = traceIdOf(event);
    const { status, headers, body } = await handle(event, traceId).catch((error: unknown): Answer => {
      const known = isCountersignError(error);
      if (!known) logError('unexpected', error, { traceId });
      const shown = known ? error : new CountersignError('INTERNAL', 'The call could not be completed.');
      return problemAnswer(problemOf(shown, { traceId }));
    });
    return { statusCode: status, headers: { ...headers, 'countersign-trace': traceId }, body };
  };

/** JSON with status 200. */
export const ok = (value: unknown): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** Who signed. Throws `AGENT_UNKNOWN` for anything but an assumed role, and for events that no signed request made. */
export function principalOf(event: APIGatewayProxyEvent): Principal {
  const arn = event.requestContext?.identity?.userArn ?? '';
  const [, account, role] = /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/[\w+=,.@-]+$/.exec(arn) ?? [];
  if (account === undefined || role === undefined)
    throw new CountersignError('AGENT_UNKNOWN', 'Calls are signed by an assumed role.');
  return { account, role };
}

/** Every value of a header, whatever its case. */
export const headerValues = ({ multiValueHeaders }: APIGatewayProxyEvent, name: string): string[] =>
  Object.entries(multiValueHeaders ?? {}).flatMap(([key, values]) =>
    key.toLowerCase() === name ? (values ?? []) : [],
  );

/** The body as text. */
export const bodyOf = ({ body, isBase64Encoded }: APIGatewayProxyEvent): string =>
  isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');

/** A call of `POST /v1/tools/{tool}`, by whoever signed it. */
export const toolCallOf = (event: APIGatewayProxyEvent, traceId: string): ToolCall => ({
  principal: principalOf(event),
  tool: event.path.split('/').at(-1) ?? '',
  keys: [
    ...headerValues(event, 'idempotency-key'),
    ...(event.multiValueQueryStringParameters?.['idempotencyKey'] ?? []),
  ],
  body: bodyOf(event),
  traceId,
});

/** W3C trace id of the caller, or one of our own. */
function traceIdOf(event: APIGatewayProxyEvent): string {
  const given = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(headerValues(event, 'traceparent')[0] ?? '')?.[1];
  return given ?? randomUUID().replaceAll('-', '');
}
