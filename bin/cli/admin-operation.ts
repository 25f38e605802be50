import * as z from 'zod';
import { type Api, accepted } from './api.ts';
import { operationPath } from './operation-view.ts';
import { parked } from './parked.ts';

const event = z.looseObject({
  version: z.int(),
  at: z.int(),
  state: z.string(),
  attempts: z.int().optional(),
  reason: z.string().optional(),
  document: z.string().optional(),
  act: z.looseObject({ what: z.string(), by: z.string(), why: z.string().optional() }).optional(),
});

const adminView = parked.extend({
  principal: z.string(),
  /** Epoch milliseconds. */
  sendBy: z.int(),
  input: z.unknown().optional(),
  /** Not yet journaled. */
  events: z.array(event),
});

/** Something that happened to an operation; `at` in epoch milliseconds. */
export type OperationEvent = z.output<typeof event>;

/** Everything that is recorded about an operation. */
export type AdminOperation = z.output<typeof adminView>;

/** Reads an operation as an operator. */
export const adminOperation = async (api: Api, id: string): Promise<AdminOperation> =>
  accepted(await api({ method: 'GET', path: operationPath('/v1/admin/operations', id) }), adminView);
