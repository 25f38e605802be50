import type * as z from 'zod';
import { closePortalAccount } from '../../../contracts/close-portal-account.ts';
import { documentStatusOf } from '../../../contracts/portal/portal-account.ts';
import { byState, type Call, implement, type WriteCall } from '../../../lib/core/tool.ts';
import { type AccountState, accountState, accountStateOf, expectVersion } from '../account-state.ts';
import type { PortalClient } from '../client.ts';

type Input = z.output<typeof closePortalAccount.input>;

/** `close_portal_account` by PATCH: the portal ends sessions and withdraws the invitation by itself. */
export default implement(closePortalAccount, {
  state: accountState,
  documentOf: ({ account }: Input) => account,
  read: ({ account }: Input, call: Call<PortalClient>) => accountStateOf(account, call),
  check: ({ expectedVersion }: Input, before: AccountState) => expectVersion(expectedVersion, before),

  run: (
    { account: id, reason }: Input,
    { client, before, ...call }: WriteCall<PortalClient> & { before: AccountState },
  ) => client.disable({ id, version: before.version }, reason, call),

  output: ({ account }: Input, { before, after }: { readonly before: AccountState; readonly after: AccountState }) => ({
    document: { id: account, number: account },
    status: documentStatusOf(after.status),
    version: String(after.version),
    account,
    accountStatus: after.status,
    invitationWithdrawn: before.invitation === 'open' && after.invitation === 'withdrawn',
  }),

  lookup: byState((_: Input, { status, invitation }: AccountState) => status === 'disabled' && invitation !== 'open'),
});
