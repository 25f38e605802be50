import * as z from 'zod';
import { digestOf } from '../../lib/core/canonical.ts';
import type { Entity, ReadContext } from '../../lib/protocols/odata.ts';
import { flag, string } from '../../lib/protocols/odata-fields.ts';
import type { S4hanaClient } from './client.ts';

/** What can be blocked centrally, for every company code and purchasing organisation, and the field of `A_Supplier` that blocks it. */
export const blockFields = {
  purchasing: 'PurchasingIsBlocked',
  posting: 'PostingIsBlocked',
  payment: 'PaymentIsBlockedForSupplier',
} as const;

/** The central blocks of `A_Supplier`. */
export const blocksSchema = z
  .object({ PurchasingIsBlocked: flag, PostingIsBlocked: flag, PaymentIsBlockedForSupplier: flag })
  .transform((row) => {
    const stateOf = (scope: keyof typeof blockFields) =>
      row[blockFields[scope]] ? ('blocked' as const) : ('open' as const);
    return { purchasing: stateOf('purchasing'), posting: stateOf('posting'), payment: stateOf('payment') };
  });

/** What is blocked of a vendor. */
export type Blocks = z.output<typeof blocksSchema>;

const named = z.intersection(z.object({ Supplier: string }), blocksSchema);

/** The central blocks of a supplier; undefined when there is none. */
export async function findBlocks(
  client: S4hanaClient,
  supplier: string,
  call: ReadContext,
): Promise<Entity<Blocks> | undefined> {
  const select = ['Supplier', ...Object.values(blockFields)];
  const service = client.service('businessPartner');
  const found = await service.find('A_Supplier', { Supplier: supplier }, { select }, named, call);
  if (!found) return undefined;
  const { purchasing, posting, payment } = found.value;
  return { value: { purchasing, posting, payment }, ...(found.etag !== undefined && { etag: found.etag }) };
}

/** Changes whenever a central block is set or lifted; `A_Supplier` has no ETag. */
export const versionOfBlocks = (supplier: string, blocks: Blocks): string => digestOf([supplier, blocks]).slice(0, 16);

/** State of a vendor in words common to all systems. */
export const statusOfVendor = ({ purchasing }: Blocks): 'closed' | 'released' =>
  purchasing === 'blocked' ? 'closed' : 'released';
