import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { accountStatus, personEmail, portalRole } from './portal/portal-account.ts';
import { freshnessExample, id, readOutput, untrusted } from './shapes.ts';

/** One account of the partner portal, and what stands in the way of closing it. */
export const getPortalAccount = defineContract({
  name: 'get_portal_account',
  effect: 'read',
  summary: 'Reads one account of the partner portal.',
  input: z.strictObject({ account: id('portal_account') }),
  output: readOutput({
    account: z.string(),
    supplier: z.string(),
    name: untrusted(),
    email: personEmail,
    role: portalRole,
    accountStatus,
    invitation: z.strictObject({
      state: z.enum(['none', 'open', 'accepted', 'withdrawn']),
      sentAt: z.iso.datetime().optional(),
    }),
    /** Orders that its person still has to confirm. */
    openConfirmations: z.int(),
    /** Sign-ins that have not ended. */
    sessions: z.int(),
  }),
  errors: ['NOT_FOUND'],
  examples: [
    {
      input: { account: 'A-1000001' },
      output: {
        account: 'A-1000001',
        supplier: '17300001',
        name: 'Ingrid Norland',
        email: 'ingrid@norland.example',
        role: 'administrator',
        accountStatus: 'active',
        invitation: { state: 'accepted', sentAt: '2026-01-15T09:30:00.000Z' },
        openConfirmations: 0,
        sessions: 1,
        ...freshnessExample,
        source: 'portal',
      },
    },
  ],
});
