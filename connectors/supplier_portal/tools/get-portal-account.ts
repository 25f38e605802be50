import { getPortalAccount } from '../../../contracts/get-portal-account.ts';
import { implement, type ReadCall } from '../../../lib/core/tool.ts';
import type { PortalClient } from '../client.ts';

/** `get_portal_account` by GET. */
export default implement(getPortalAccount, {
  run: async ({ account: id }, { client, signal }: ReadCall<PortalClient>) => {
    const { supplier, name, email, role, status, invitation, openConfirmations, sessions, version } =
      await client.account(id, { signal });
    const { state, sentAt } = invitation;
    return {
      ...{ account: id, supplier, name, email, role, accountStatus: status, openConfirmations, sessions },
      invitation: { state, ...(sentAt !== null && { sentAt }) },
      version: String(version),
    };
  },
});
