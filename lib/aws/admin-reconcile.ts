import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod';
import { type LookingAfter, type OperatorRoute, queryOf } from './looking-after.ts';

const days = z
  .strictObject({ from: z.iso.date(), to: z.iso.date(), cursor: z.string().max(200).optional() })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'lies before from' });

/** `/v1/admin/systems/{id}/…`: settle what nobody asks about, and list what the system keeps under our name. */
export function adminReconcile({ functions }: LookingAfter): Readonly<Record<string, OperatorRoute>> {
  return {
    'POST /v1/admin/systems/{id}/reconcile': (event) => functions.reconcile(systemOf(event)),
    'GET /v1/admin/systems/{id}/documents': (event) => functions.documents(systemOf(event), queryOf(event, days)),
  };
}

const systemOf = ({ pathParameters }: APIGatewayProxyEvent): string => pathParameters?.['id'] ?? '';
