import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { accountStatus } from './portal/portal-account.ts';
import { id, text, version, writeOutput } from './shapes.ts';

/**
 * Closes an account for good: nobody can sign in with it, open sessions end, and an invitation that nobody has accepted is
 * withdrawn. Mails that were sent are not. Throws `REFUSED_BY_SYSTEM` where the portal needs the account, e.g. for the
 * confirmation of an order that is still open.
 */
export const closePortalAccount = defineContract({
  name: 'close_portal_account',
  effect: 'update',
  summary: 'Closes one account of the partner portal: ends its sessions and withdraws an open invitation.',
  input: z.strictObject({ account: id('portal_account'), reason: text(200), expectedVersion: version.optional() }),
  output: writeOutput({
    account: z.string(),
    accountStatus,
    /** Whether an invitation was open, which nobody can accept any more. */
    invitationWithdrawn: z.boolean(),
  }),
  errors: ['NOT_FOUND', 'STALE_STATE', 'DOCUMENT_LOCKED', 'REFUSED_BY_SYSTEM'],
  examples: [
    {
      input: { account: 'A-1000001', reason: 'No longer a supplier' },
      output: {
        document: { id: 'A-1000001', number: 'A-1000001' },
        status: 'closed',
        version: '4',
        account: 'A-1000001',
        accountStatus: 'disabled',
        invitationWithdrawn: false,
        deviations: [],
      },
    },
  ],
  aboutOf: ({ account }) => `portal account ${account}`,
});
