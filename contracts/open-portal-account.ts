import * as z from 'zod';
import { type Comparison, defineContract } from '../lib/core/contract.ts';
import { closePortalAccount } from './close-portal-account.ts';
import { accountStatus, personEmail, portalRole } from './portal/portal-account.ts';
import { id, text, untrusted, writeOutput } from './shapes.ts';

/**
 * Opens an account of the partner portal for a person of a supplier. Nobody is told of it: the invitation cannot be taken
 * back, and is a step of its own. Throws `EMAIL_IN_USE`, `SUPPLIER_UNKNOWN`.
 */
export const openPortalAccount = defineContract({
  name: 'open_portal_account',
  effect: 'create',
  summary: 'Opens one account of the partner portal for a supplier, without inviting anybody yet.',
  input: z.strictObject({ supplier: id('supplier'), name: text(80), email: personEmail, role: portalRole }),
  output: writeOutput({
    account: z.string(),
    supplier: z.string(),
    name: untrusted(),
    email: personEmail,
    role: portalRole,
    accountStatus,
  }),
  errors: ['EMAIL_IN_USE', 'SUPPLIER_UNKNOWN', 'FIELD_TOO_LONG'],
  examples: [
    {
      input: {
        supplier: '17300003',
        name: 'Paula Ekström',
        email: 'paula.ekstrom@supplier.example',
        role: 'orders',
      },
      output: {
        document: { id: 'A-1000101', number: 'A-1000101' },
        status: 'draft',
        version: '1',
        account: 'A-1000101',
        supplier: '17300003',
        name: 'Paula Ekström',
        email: 'paula.ekstrom@supplier.example',
        role: 'orders',
        accountStatus: 'created',
        deviations: [],
        reference: 'L7Q2M0ZK8W4T',
      },
    },
  ],
  aboutOf: ({ supplier }) => `supplier ${supplier}`,
  undoneBy: {
    contract: closePortalAccount,
    inputFor: ({ output }) => ({ account: output.account, reason: 'What it was opened for did not happen' }),
  },
  compare: (asked, actual): Comparison => ({
    ours: asked.supplier === actual.supplier && asked.email === actual.email,
    deviations: (['name', 'role'] as const)
      .filter((path) => asked[path] !== actual[path])
      .map((path) => ({ path, requested: asked[path], actual: actual[path] })),
    exceeds: asked.role !== actual.role,
  }),
});
