import type * as z from 'zod';
import type { Row } from '../../../lib/simulation/state.ts';
import type { Moment } from './accounts.ts';
import { type bodies, isPartner } from './fields.ts';
import { mailed } from './mails.ts';
import { type Made, numbered, put, textOf } from './records.ts';
import { json, Refusal } from './refusal.ts';

/** An announcement as the portal shows it. */
export const announcementBody = (row: Row) => ({
  ...Object.fromEntries(
    ['id', 'customer', 'order', 'shippedOn', 'sentAt', 'externalReference'].map((field) => [field, textOf(row, field)]),
  ),
  deliveries: textOf(row, 'deliveries').split(' '),
  carrier: row['carrier'] ?? null,
  trackingNumber: row['trackingNumber'] ?? null,
});

/** One announcement as an answer. */
export const announcementReply = (status: number, row: Row) =>
  json(status, announcementBody(row), {
    ...(status === 201 && { location: `/portal/v1/announcements/${textOf(row, 'id')}` }),
  });

/** A mail to the customer, and its record. Throws 422. Nothing keeps the same from being announced twice. */
export function announced(body: z.output<typeof bodies.announcement>, { view, now }: Moment): Made {
  const { customer, deliveries, carrier = null, trackingNumber = null, ...fields } = body;
  if (!isPartner(customer)) throw new Refusal(422, 'CUSTOMER_UNKNOWN', `There is no customer ${customer}.`);
  const spaced = deliveries.find((delivery) => delivery.includes(' '));
  if (spaced !== undefined) throw new Refusal(422, 'FIELD_INVALID', `deliveries: '${spaced}' has a space.`);
  const { id, used } = numbered(view, { range: 'announcement', first: 5_000_001, prefix: 'S-' });
  const row = {
    ...{ ...fields, id, customer, carrier, trackingNumber, deliveries: deliveries.join(' ') },
    sentAt: new Date(now).toISOString(),
  };
  const subject = `Order ${body.order}: ${deliveries.length} deliveries have left`;
  const mail = { to: `${customer}@customers.example`, about: id, kind: 'shipment' as const, subject };
  return { row, numbers: [used], changes: [put('announcement', row), ...mailed(view, now, [mail])] };
}
