import * as z from 'zod';
import type { DocumentStatus } from '../shapes.ts';

/** E-mail address of a person; `A@EXAMPLE.COM` and `a@example.com` are the same. */
export const personEmail = z
  .email()
  .max(241)
  .overwrite((email) => email.toLowerCase())
  .meta({ 'x-countersign-sensitive': true });

/** What the person may do in the portal. */
export const portalRole = z.enum(['orders', 'invoices', 'administrator']);

/** `created`: nobody was told of it yet. `active`: its person has signed in. */
export const accountStatus = z.enum(['created', 'invited', 'active', 'disabled']);

/** The state of an account, in the words that all documents have. */
export const documentStatusOf = (status: z.output<typeof accountStatus>): DocumentStatus =>
  (({ created: 'draft', invited: 'sent', active: 'released', disabled: 'closed' }) as const)[status];
