import * as z from 'zod';
import { byReference, byState, type Call, implement, type WriteCall } from '../../lib/core/tool.ts';
import type { Collection, Document, PlainErpClient } from './client.ts';
import { allocate, placeOrder, releaseAllocation, releaseReservation, reserve } from './contracts.ts';

type Wanted = z.output<typeof reserve.input>;

const headOf = ({ id, version }: Pick<Document, 'id' | 'version'>) => ({
  document: { id, number: id },
  version: String(version),
});

const taking = (collection: Collection) => ({
  run: (input: Wanted, { client, reference, ...call }: WriteCall<PlainErpClient>) =>
    client.create(collection, { ...input, reference }, call),
  read: async (document: string, _: Wanted, { client, signal }: Call<PlainErpClient>) => {
    const found = await client.get(collection, document, { signal });
    const status = found.status === 'open' ? ('released' as const) : ('cancelled' as const);
    return { ...headOf(found), status, item: found.item, pieces: found.pieces };
  },
  lookup: byReference((_: Wanted, { client, reference, signal }: Call<PlainErpClient> & { reference: string }) =>
    client.referenced(collection, reference, { signal }),
  ),
});

const state = z.strictObject({ version: z.int(), status: z.enum(['open', 'released']) });
type State = z.output<typeof state>;
type Release = z.output<typeof releaseReservation.input>;

const releasing = (collection: Collection) => ({
  state,
  documentOf: ({ document }: Release) => document,
  read: async ({ document }: Release, { client, signal }: Call<PlainErpClient>): Promise<State> => {
    const { version, status } = await client.get(collection, document, { signal });
    return { version, status };
  },
  check: () => undefined,
  run: ({ document }: Release, { client, ...call }: WriteCall<PlainErpClient>) =>
    client.release(collection, document, call),
  output: ({ document }: Release, { after }: { readonly after: State }) => ({
    ...headOf({ id: document, version: after.version }),
    status: 'cancelled' as const,
  }),
  lookup: byState((_: Release, { status }: State) => status === 'released'),
});

/** The tools of this kind. */
export const reserving = implement(reserve, taking('reservations'));
/** As the one before. */
export const allocating = implement(allocate, taking('allocations'));
/** Refused by the system. */
export const ordering = implement(placeOrder, taking('orders'));
/** The way back. */
export const releasingReservation = implement(releaseReservation, releasing('reservations'));
/** The way back. */
export const releasingAllocation = implement(releaseAllocation, releasing('allocations'));
