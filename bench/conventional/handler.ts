/**
 * The conventional stack for the same job, as its documentation recommends it: middy, Powertools' logger, zod, and
 * `makeIdempotent` with Powertools' own DynamoDB layer around the part that must not happen twice.
 */
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import { createError } from '@middy/util';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { createOrder } from './erp.ts';
import { type Order, order } from './order.ts';

const logger = new Logger({ serviceName: 'conventional' });
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: process.env['IDEMPOTENCY_TABLE'] ?? '' });
const config = new IdempotencyConfig({
  eventKeyJmesPath: 'key',
  payloadValidationJmesPath: 'input',
  throwOnNoIdempotencyKey: true,
});

const createOnce = makeIdempotent(
  async ({ input }: { readonly key: string; readonly input: Order }) => ({
    document: await createOrder(input),
    status: 'created',
  }),
  { persistenceStore, config },
);

async function create(event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> {
  config.registerLambdaContext(context);
  const parsed = order.safeParse(event.body);
  if (!parsed.success) throw createError(400, JSON.stringify(parsed.error.issues));
  const result = await createOnce({ key: event.headers['idempotency-key'] ?? '', input: parsed.data });
  logger.info('created', { document: result.document });
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(result) };
}

/** `POST` with an `Idempotency-Key`: creates one purchase order. */
export const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
  .use(injectLambdaContext(logger))
  .use(httpHeaderNormalizer())
  .use(httpJsonBodyParser())
  .use(httpErrorHandler())
  .handler(create);
