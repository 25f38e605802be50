import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { accountStatus } from './portal/portal-account.ts';
import { id, version, writeOutput } from './shapes.ts';

/**
 * Invites the person of an account: the portal sends the invitation and a welcome mail. Neither can be taken back. An account
 * whose person was invited before is not invited again. Throws `STALE_STATE` where the account is closed.
 */
export const sendPortalInvitation = defineContract({
  name: 'send_portal_invitation',
  effect: 'update',
  summary: 'Sends the invitation and the welcome mail of one account of the partner portal, once.',
  input: z.strictObject({ account: id('portal_account'), expectedVersion: version.optional() }),
  output: writeOutput({
    account: z.string(),
    accountStatus,
    invitedAt: z.iso.datetime(),
  }),
  errors: ['NOT_FOUND', 'STALE_STATE', 'DOCUMENT_LOCKED'],
  examples: [
    {
      input: { account: 'A-1000003' },
      output: {
        document: { id: 'A-1000003', number: 'A-1000003' },
        status: 'sent',
        version: '2',
        account: 'A-1000003',
        accountStatus: 'invited',
        invitedAt: '2026-01-15T09:30:00.000Z',
        deviations: [],
      },
    },
  ],
  aboutOf: ({ account }) => `portal account ${account}`,
  irreversible: true,
});
