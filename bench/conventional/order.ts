import * as z from 'zod';

const decimal = z.string().regex(/^\d{1,13}(\.\d{1,6})?$/);
const currency = z.string().regex(/^[A-Z]{3}$/);
const unit = z.string().regex(/^[A-Z0-9]{2,3}$/);

/** The body of a call: the same JSON as the input of `erp_create_purchase_order`. */
export const order = z.strictObject({
  supplier: z.string().min(1).max(10),
  currency,
  lines: z
    .array(
      z.strictObject({
        item: z.string().min(1).max(40),
        quantity: z.strictObject({ value: decimal, unit }),
        unitPrice: z.strictObject({ amount: decimal, currency, per: z.strictObject({ quantity: decimal, unit }) }),
        deliveryDate: z.iso.date(),
        site: z.string().min(1).max(4),
      }),
    )
    .min(1)
    .max(100),
});

/** A validated body. */
export type Order = z.output<typeof order>;
