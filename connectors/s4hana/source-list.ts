import * as z from 'zod';
import { digestOf } from '../../lib/core/canonical.ts';
import { CountersignError } from '../../lib/core/errors.ts';
import type { ReadContext } from '../../lib/protocols/odata.ts';
import { date, flag, string } from '../../lib/protocols/odata-fields.ts';
import { and, eq, keyPath } from '../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from './client.ts';
import { lineId } from './purchase-order/order.ts';

const row = z
  .object({
    '@odata.etag': z.string().optional(),
    SourceListRecord: lineId,
    ValidityStartDate: date,
    ValidityEndDate: date,
    Supplier: string,
    SupplierIsFixed: flag,
    SourceOfSupplyIsBlocked: flag,
  })
  .transform((each) => ({
    record: each.SourceListRecord,
    supplier: each.Supplier,
    validFrom: each.ValidityStartDate ?? '',
    validTo: each.ValidityEndDate ?? '',
    fixed: each.SupplierIsFixed,
    blocked: each.SourceOfSupplyIsBlocked,
    ...(each['@odata.etag'] !== undefined && { etag: each['@odata.etag'] }),
  }));

/** An entry of a source list, as the before-image of a change keeps it. */
export const sourceEntry = z.strictObject({
  record: z.string(),
  supplier: z.string(),
  validFrom: z.string(),
  validTo: z.string(),
  fixed: z.boolean(),
  blocked: z.boolean(),
  etag: z.string().optional(),
});
/** An entry of a source list. */
export type SourceEntry = z.output<typeof sourceEntry>;

/** Whose source list: S/4HANA keeps one per material and plant. */
export interface SourceList {
  readonly item: string;
  readonly site: string;
}

/** All entries of a source list. */
export const sourceEntries = (
  client: S4hanaClient,
  { item, site }: SourceList,
  call: ReadContext,
): Promise<SourceEntry[]> => {
  const filter = and(eq('Material', item), eq('Plant', site));
  return client.service('sourceList').rows('A_PurchasingSource', { filter }, row, call);
};

/** The path of an entry. */
export const entryPath = ({ item, site }: SourceList, { record }: SourceEntry): string =>
  keyPath('A_PurchasingSource', { Material: item, Plant: site, SourceListRecord: record });

/** What the list is called where a document is named. */
export const listId = ({ item, site }: SourceList): string => `${item} ${site}`;

/** Changes whenever one of the entries does. */
export const versionOfEntries = (entries: readonly SourceEntry[]): string => digestOf(entries).slice(0, 16);

/** Whether there is a day on which both hold. */
export const overlaps = (a: Pick<SourceEntry, 'validFrom' | 'validTo'>, b: typeof a): boolean =>
  a.validFrom <= b.validTo && b.validFrom <= a.validTo;

/** An entry that has to be there. */
export function existingEntry(entry: SourceEntry | undefined): SourceEntry {
  if (entry) return entry;
  throw new CountersignError('SYSTEM_ANSWER_INVALID', 'The entry of the source list is not there.', {
    applied: 'unknown',
  });
}
