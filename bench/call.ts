import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';

/** The account that every bench function runs in. */
export const account = '111122223333';

/** A purchase order that the simulated company can place. */
export const order = {
  supplier: '17300001',
  currency: 'EUR',
  lines: [
    {
      item: 'RM-6204',
      quantity: { value: '200', unit: 'C62' },
      unitPrice: { amount: '45.00', currency: 'EUR', per: { quantity: '10', unit: 'C62' } },
      deliveryDate: '2099-03-15',
      site: '1010',
    },
  ],
};

/** A key that nobody has used. */
export const newKey = (): string => randomUUID();

/** What API Gateway hands to a function when the sample configuration's buyer creates that order. */
export function createEvent(key: string): APIGatewayProxyEvent {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
  const path = '/v1/tools/erp_create_purchase_order';
  const event: Omit<APIGatewayProxyEvent, 'requestContext'> & { requestContext: object } = {
    resource: path,
    path,
    httpMethod: 'POST',
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      accountId: account,
      apiId: 'bench',
      httpMethod: 'POST',
      path,
      stage: 'local',
      requestId: newKey(),
      requestTimeEpoch: Date.now(),
      identity: { sourceIp: '127.0.0.1', userArn: `arn:aws:sts::${account}:assumed-role/buyer-agent/bench` },
    },
    body: JSON.stringify(order),
    isBase64Encoded: false,
  };
  return event as APIGatewayProxyEvent;
}
