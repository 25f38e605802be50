import type * as z from 'zod';
import { openPortalAccount } from '../../../contracts/open-portal-account.ts';
import { documentStatusOf } from '../../../contracts/portal/portal-account.ts';
import { byReference, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import type { PortalClient } from '../client.ts';
import { existing } from '../portal-error.ts';

type Input = z.output<typeof openPortalAccount.input>;

/** `open_portal_account` by POST, which invites nobody. */
export default implement(openPortalAccount, {
  run: (input: Input, { client, reference, ...call }: WriteCall<PortalClient>) =>
    client.create('accounts', { ...input, invite: false, externalReference: reference }, call),

  read: async (document: string, _: Input, { client, signal }: Call<PortalClient>) => {
    const found = await existing(client.account(document, { signal }));
    if (!found) return undefined;
    const { id, version, supplier, name, email, role, status } = found;
    return {
      document: { id, number: id },
      status: documentStatusOf(status),
      version: String(version),
      ...{ account: id, supplier, name, email, role, accountStatus: status },
    };
  },

  lookup: byReference((_: Input, { client, reference, signal }: Call<PortalClient> & { reference: string }) =>
    client.referenced('accounts', reference, { signal }),
  ),
});
