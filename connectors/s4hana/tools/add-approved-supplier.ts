import * as z from 'zod';
import { addApprovedSupplier } from '../../../contracts/add-approved-supplier.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { v2Date } from '../../../lib/protocols/odata-fields.ts';
import type { S4hanaClient } from '../client.ts';
import { organisational } from '../organisation.ts';
import { existingProduct } from '../product.ts';
import {
  existingEntry,
  listId,
  overlaps,
  type SourceEntry,
  sourceEntries,
  sourceEntry,
  versionOfEntries,
} from '../source-list.ts';
import { findSuppliersById, isBlockedFor } from '../supplier.ts';

type Input = z.output<typeof addApprovedSupplier.input>;

const state = z.strictObject({
  /** Entries of this supplier that hold on a day of the period. */
  own: z.array(sourceEntry),
  /** Fixed entries of others that do. */
  otherFixed: z.array(sourceEntry),
  isBlocked: z.boolean(),
});
type State = z.output<typeof state>;

/** `add_approved_supplier` as an entry of the source list. It has no field for our reference: its key and its values are looked up. */
export default implement(addApprovedSupplier, {
  state,
  documentOf: (input: Input) => listId(input),

  read: async (input: Input, call: Call<S4hanaClient>): Promise<State> => {
    const { client, organisation } = call;
    const [entries, suppliers] = await Promise.all([
      sourceEntries(client, input, call),
      findSuppliersById(client, [input.supplier], call),
      existingProduct(client, input, call),
    ]);
    const supplier = suppliers.get(input.supplier);
    if (!supplier) throw new CountersignError('NOT_FOUND', `There is no supplier ${input.supplier}.`);
    const meeting = entries.filter((entry) => overlaps(entry, input));
    return {
      own: meeting.filter((entry) => entry.supplier === input.supplier),
      otherFixed: meeting.filter((entry) => entry.supplier !== input.supplier && entry.fixed),
      isBlocked: isBlockedFor(supplier, organisation['purchasingOrganization']),
    };
  },

  check: ({ supplier, validFrom, fixed, blocked }: Input, { own, otherFixed, isBlocked }: State) => {
    const same = own.find((entry) => entry.validFrom === validFrom);
    if (same) throw conflict('ENTRY_EXISTS', same);
    const [other] = fixed ? [...own, ...otherFixed] : own;
    if (other) throw conflict('OVERLAP', other);
    if (isBlocked && !blocked) throw new CountersignError('SUPPLIER_BLOCKED', `Supplier ${supplier} is blocked.`);
  },

  run: async (input: Input, call: WriteCall<S4hanaClient>) => {
    const body = {
      Material: input.item,
      Plant: input.site,
      Supplier: input.supplier,
      PurchasingOrganization: organisational(call.organisation, 'purchasingOrganization'),
      ValidityStartDate: v2Date(input.validFrom),
      ValidityEndDate: v2Date(input.validTo),
      SupplierIsFixed: input.fixed,
      SourceOfSupplyIsBlocked: input.blocked,
    };
    await call.client.service('sourceList').change({ method: 'POST', path: 'A_PurchasingSource', body }, call);
  },

  output: (input: Input, { before, after }: { readonly before: State; readonly after: State }) => {
    const { record, etag: _etag, ...kept } = existingEntry(after.own[0]);
    return {
      document: { id: listId(input), number: record },
      status: 'released' as const,
      version: versionOfEntries(after.own),
      ...kept,
      item: input.item,
      site: input.site,
      existed: isAsked(input, before.own),
    };
  },

  // A second entry for the same days would be a second effect: that is nothing that was intended.
  lookup: byState((input: Input, { own }: State) => isAsked(input, own)),
});

function isAsked({ validFrom, validTo, fixed, blocked }: Input, own: readonly SourceEntry[]): boolean {
  const [entry, ...others] = own;
  const isSame = entry?.validFrom === validFrom && entry.validTo === validTo;
  return isSame && entry.fixed === fixed && entry.blocked === blocked && others.length === 0;
}

const conflict = (code: 'ENTRY_EXISTS' | 'OVERLAP', { supplier, validFrom, validTo, fixed, blocked }: SourceEntry) =>
  new CountersignError(code, `Supplier ${supplier} has an entry from ${validFrom} to ${validTo}.`, {
    facts: { entry: { supplier, validFrom, validTo, fixed, blocked } },
  });
