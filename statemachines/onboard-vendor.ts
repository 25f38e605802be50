import * as z from 'zod';
import { addApprovedSupplier } from '../contracts/add-approved-supplier.ts';
import { createVendor } from '../contracts/create-vendor.ts';
import { openPortalAccount } from '../contracts/open-portal-account.ts';
import { sendPortalInvitation } from '../contracts/send-portal-invitation.ts';
import { defineSaga } from '../lib/core/saga/saga.ts';

const vendor = createVendor.input;
const { name, email, role } = openPortalAccount.input.shape;
const { item, site, validFrom, validTo } = addApprovedSupplier.input.shape;

/**
 * Creates a vendor that cannot be paid yet, opens its account of the portal without telling anybody, approves it for an item,
 * and only then invites: a mail cannot be called back. Undone, the vendor is blocked and never deleted; one that existed
 * before is refused by the first step, and so is never touched.
 */
export const onboardVendor = defineSaga({
  name: 'onboard_vendor',
  summary:
    'Creates a vendor without bank details, opens its portal account, approves it for an item, and invites it last.',
  input: z.strictObject({
    vendor,
    /** Who signs in to the portal for the vendor. */
    contact: z.strictObject({ name, email, role }),
    /** What it is approved for. */
    approvedFor: z.strictObject({ item, site, validFrom, validTo }),
  }),
  output: z.strictObject({ supplier: z.string(), account: z.string(), invitedAt: z.iso.datetime() }),
  examples: [
    {
      input: {
        vendor: {
          name: 'Hafenberg Antriebe GmbH',
          vendorType: 'supplier',
          address: { street: 'Kaistrasse', houseNumber: '12', postalCode: '20457', city: 'Hamburg', country: 'DE' },
          taxIds: [{ type: 'vat', value: 'DE 136 695 976' }],
          email: 'orders@hafenberg.example',
          paymentTerms: 'NT30',
          currency: 'EUR',
        },
        contact: { name: 'Paula Hafen', email: 'paula.hafen@hafenberg.example', role: 'orders' },
        approvedFor: { item: 'RM-6204', site: '1010', validFrom: '2099-01-01', validTo: '2099-12-31' },
      },
      output: { supplier: '17300025', account: 'A-1000101', invitedAt: '2026-01-15T09:30:00.000Z' },
    },
  ],
  script: (step, wanted) => {
    const created = step.call('Create_vendor', createVendor, wanted.vendor);
    const opened = step.call('Open_account', openPortalAccount, {
      supplier: created.supplier,
      name: wanted.contact.name,
      email: wanted.contact.email,
      role: wanted.contact.role,
    });
    step.call('Approve_supplier', addApprovedSupplier, {
      supplier: created.supplier,
      item: wanted.approvedFor.item,
      site: wanted.approvedFor.site,
      validFrom: wanted.approvedFor.validFrom,
      validTo: wanted.approvedFor.validTo,
    });
    const invited = step.call('Invite', sendPortalInvitation, { account: opened.account });
    return { supplier: created.supplier, account: opened.account, invitedAt: invited.invitedAt };
  },
});
