import * as z from 'zod';
import { blockVendor, vendorBlocks } from '../../../contracts/block-vendor.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { keyPath } from '../../../lib/protocols/odata-url.ts';
import type { S4hanaClient } from '../client.ts';
import { expectVersion } from '../expected-version.ts';
import { blockFields, findBlocks, statusOfVendor, versionOfBlocks } from '../vendor.ts';

type Input = z.output<typeof blockVendor.input>;

const state = z.strictObject({ version: z.string(), etag: z.string().optional(), blocks: vendorBlocks });
type State = z.output<typeof state>;

/** `block_vendor` by the central flags of `A_Supplier`: one request, which blocks every company code and organisation or none. */
export default implement(blockVendor, {
  state,
  documentOf: ({ supplier }: Input) => supplier,

  read: async ({ supplier }: Input, call: Call<S4hanaClient>): Promise<State> => {
    const found = await findBlocks(call.client, supplier, call);
    if (!found) throw new CountersignError('NOT_FOUND', `There is no supplier ${supplier}.`);
    const { value: blocks, etag } = found;
    return { version: versionOfBlocks(supplier, blocks), ...(etag !== undefined && { etag }), blocks };
  },

  check: ({ expectedVersion }: Input, before: State) => expectVersion(expectedVersion, before),

  run: async ({ supplier, scopes }: Input, call: WriteCall<S4hanaClient> & { readonly before: State }) => {
    const { etag } = call.before;
    const body = Object.fromEntries(scopes.map((scope) => [blockFields[scope], true]));
    const path = keyPath('A_Supplier', { Supplier: supplier });
    await call.client.service('businessPartner').change({ method: 'PATCH', path, body, etag }, call);
  },

  output: ({ supplier }: Input, { before, after }: { readonly before: State; readonly after: State }) => ({
    document: { id: supplier, number: supplier },
    status: statusOfVendor(after.blocks),
    version: after.version,
    supplier,
    before: before.blocks,
    blocks: after.blocks,
  }),

  lookup: byState(({ scopes }: Input, { blocks }: State) => scopes.every((scope) => blocks[scope] === 'blocked')),
});
