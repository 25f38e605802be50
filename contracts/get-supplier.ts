import * as z from 'zod';
import { defineContract } from '../lib/core/contract.ts';
import { currency, date, freshnessExample, id, readOutput, text, untrusted } from './shapes.ts';

const state = z.enum(['open', 'blocked']);
const country = z.string().regex(/^[A-Z]{2}(?![\s\S])/, 'use an ISO 3166 code such as DE');

/** Reads a supplier; never bank data. Throws `NOT_FOUND`. */
export const getSupplier = defineContract({
  name: 'get_supplier',
  effect: 'read',
  summary:
    'Reads one supplier, by its id or by a tax id with its country: blocks, payment terms, currency, minimum order.',
  input: z
    .strictObject({ supplier: id('supplier').optional(), taxId: text(60).optional(), country: country.optional() })
    .refine(
      ({ supplier, taxId, country: of }) =>
        supplier !== undefined ? taxId === undefined && of === undefined : taxId !== undefined && of !== undefined,
      { message: 'give either a supplier or a tax id with its country', path: ['supplier'] },
    ),
  output: readOutput({
    supplier: z.string(),
    name: untrusted(),
    country: z.string().optional(),
    /** All but the last three characters are masked. */
    taxIds: z.array(z.strictObject({ type: z.string(), value: z.string() })),
    status: z.strictObject({
      purchasing: state,
      posting: state,
      payment: state,
      /** Organisations that are blocked while others are not. */
      scope: z.array(z.string()),
    }),
    /** Where the supplier is set up for the purchasing organisation of the call. */
    paymentTerms: z.string().optional(),
    incoterms: z.string().optional(),
    orderCurrency: currency.optional(),
    minimumOrder: z.strictObject({ amount: z.string(), currency }).optional(),
    createdOn: date.optional(),
    firstOrderOn: date.optional(),
  }),
  errors: ['NOT_FOUND'],
  examples: [
    {
      input: { supplier: '17300001' },
      output: {
        supplier: '17300001',
        name: 'Norland Bearings',
        country: 'DE',
        taxIds: [{ type: 'DE0', value: '********321' }],
        status: { purchasing: 'open', posting: 'open', payment: 'open', scope: [] },
        paymentTerms: 'NT30',
        orderCurrency: 'EUR',
        createdOn: '2021-04-01',
        ...freshnessExample,
      },
    },
  ],
});
