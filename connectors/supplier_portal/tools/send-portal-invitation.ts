import type * as z from 'zod';
import { documentStatusOf } from '../../../contracts/portal/portal-account.ts';
import { sendPortalInvitation } from '../../../contracts/send-portal-invitation.ts';
import { CountersignError } from '../../../lib/core/errors.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { type AccountState, accountState, accountStateOf, expectVersion } from '../account-state.ts';
import type { PortalClient } from '../client.ts';

type Input = z.output<typeof sendPortalInvitation.input>;

/** `send_portal_invitation` by POST: the portal sends both mails. */
export default implement(sendPortalInvitation, {
  state: accountState,
  documentOf: ({ account }: Input) => account,
  read: ({ account }: Input, call: Call<PortalClient>) => accountStateOf(account, call),

  check: ({ account, expectedVersion }: Input, before: AccountState) => {
    expectVersion(expectedVersion, before);
    if (before.status === 'disabled') throw new CountersignError('STALE_STATE', `Account ${account} is closed.`);
  },

  run: ({ account: id }: Input, { client, before, ...call }: WriteCall<PortalClient> & { before: AccountState }) =>
    client.invite({ id, version: before.version }, call),

  output: ({ account }: Input, { after }: { readonly before: AccountState; readonly after: AccountState }) => ({
    document: { id: account, number: account },
    status: documentStatusOf(after.status),
    version: String(after.version),
    account,
    accountStatus: after.status,
    invitedAt: after.invitedAt ?? '',
  }),

  // Whoever was invited is not invited again, whatever became of the invitation.
  lookup: byState((_: Input, { invitedAt }: AccountState) => invitedAt !== undefined),
});
