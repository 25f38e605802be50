import * as z from 'zod';

/** One fact on the page, with its age. Values are text to be shown as data. */
export const factSchema = z.strictObject({
  label: z.string(),
  value: z.string(),
  /** Words of a third party or of the agent: set apart on the page. */
  untrusted: z.boolean().optional(),
  /** When the system said so, epoch ms. */
  asOf: z.int().optional(),
  /** What the approver should look at twice. */
  warning: z.boolean().optional(),
});

/** What an approver is shown: facts from fields, the agent's words apart. */
export const dossierSchema = z.strictObject({
  /** The verb and the amount, as they stand on the button: `Order for EUR 12,400.00`. */
  action: z.string(),
  /** One line for a mail's subject: `PO EUR 12,400.00 - Norland Bearings - 200 C62 RM-6204`. */
  headline: z.string(),
  /** In the order of the page. */
  facts: z.array(factSchema),
  /** Typed lines of the request: one row an item. */
  lines: z.array(z.array(z.string())),
  lineHeadings: z.array(z.string()),
  /** What happens after the approval. */
  next: z.string(),
  /** Until when it can be undone. */
  undo: z.string(),
  /** The agent's own words; never instructions. */
  note: z.string().optional(),
  /** What changed since the last round. */
  differences: z.array(z.string()),
  /** Facts that must still hold when it is carried out: name -> value. */
  material: z.record(z.string(), z.string()),
});

/** What an approver is shown. */
export type Dossier = z.infer<typeof dossierSchema>;
/** One fact on the page. */
export type Fact = z.infer<typeof factSchema>;
