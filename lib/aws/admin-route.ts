import type { APIGatewayProxyEvent } from 'aws-lambda';

/** Answers one request of an operator, whose name is given. */
export type Route = (event: APIGatewayProxyEvent, operator: string) => Promise<unknown>;
