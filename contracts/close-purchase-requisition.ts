import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { id, reportedQuantity, text, version, writeOutput } from './shapes.ts';

/** Closes one line of a purchase requisition, so that no more is ordered for it. Throws `STALE_STATE`, `REQUISITION_ORDERED`. */
export const closePurchaseRequisition = defineContract({
  name: 'close_purchase_requisition',
  effect: 'update',
  summary: 'Closes one line of a purchase requisition, so that nothing more is ordered for it.',
  input: z.strictObject({
    requisition: id('purchase_requisition'),
    line: id('line'),
    reason: text(200),
    /** Of the line, as `find_open_supply` and `create_purchase_requisition` answer it. */
    expectedVersion: version.optional(),
  }),
  output: writeOutput({
    line: z.string(),
    requested: reportedQuantity,
    /** What was ordered before it was closed; those orders stand. */
    ordered: reportedQuantity,
  }),
  errors: ['NOT_FOUND', 'STALE_STATE', 'REQUISITION_ORDERED', 'DOCUMENT_LOCKED', 'UNIT_UNKNOWN'],
  examples: [
    {
      input: { requisition: '10000001', line: '10', reason: 'Stock was found' },
      output: {
        document: { id: '10000001', number: '10000001' },
        status: 'closed',
        version: 'c8d2',
        line: '10',
        requested: { value: '60', unit: 'C62' },
        ordered: { value: '0', unit: 'C62' },
        deviations: [],
      },
    },
  ],
  aboutOf: ({ requisition }) => `purchase requisition ${requisition}`,
  businessKey: ({ requisition, line }) => JSON.stringify([requisition, line]),
});
