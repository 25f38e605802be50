import * as z from 'zod';
import { removeApprovedSupplier } from '../../../contracts/remove-approved-supplier.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { v2Date } from '../../../lib/protocols/odata-fields.ts';
import type { S4hanaClient } from '../client.ts';
import { expectVersion } from '../expected-version.ts';
import { entryPath, existingEntry, listId, sourceEntries, sourceEntry, versionOfEntries } from '../source-list.ts';

type Input = z.output<typeof removeApprovedSupplier.input>;

const state = z.strictObject({ version: z.string(), entry: sourceEntry.optional() });
type State = z.output<typeof state>;

/** `remove_approved_supplier` by a new end of the entry, or a DELETE of one that would not have begun: no end lies before a beginning. */
export default implement(removeApprovedSupplier, {
  state,
  documentOf: (input: Input) => listId(input),

  read: async (input: Input, call: Call<S4hanaClient>): Promise<State> => {
    const entries = (await sourceEntries(call.client, input, call))
      .filter(({ supplier, validFrom }) => supplier === input.supplier && validFrom === input.validFrom)
      .toSorted((a, b) => (a.validTo < b.validTo ? 1 : -1));
    const [entry] = entries;
    return { version: versionOfEntries(entries), ...(entry && { entry }) };
  },

  check: ({ expectedVersion }: Input, before: State) => expectVersion(expectedVersion, before),

  run: async (input: Input, call: WriteCall<S4hanaClient> & { readonly before: State }) => {
    const entry = existingEntry(call.before.entry);
    const target = { path: entryPath(input, entry), etag: entry.etag };
    const body = { ValidityEndDate: v2Date(input.endsOn) };
    await call.client
      .service('sourceList')
      .change(
        input.endsOn < entry.validFrom ? { method: 'DELETE', ...target } : { method: 'PATCH', ...target, body },
        call,
      );
  },

  output: (input: Input, { before, after }: { readonly before: State; readonly after: State }) => {
    const { supplier, item, site, validFrom } = input;
    const was = before.entry;
    return {
      document: { id: listId(input), number: (was ?? after.entry)?.record ?? '' },
      status: after.entry ? ('closed' as const) : ('cancelled' as const),
      version: after.version,
      ...{ supplier, item, site, validFrom },
      ...(after.entry && { validTo: after.entry.validTo }),
      ...(was && { before: { validTo: was.validTo, fixed: was.fixed, blocked: was.blocked } }),
    };
  },

  lookup: byState(({ endsOn }: Input, { entry }: State) => entry === undefined || entry.validTo <= endsOn),
});
