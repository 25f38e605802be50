import Big from 'big.js';
import * as z from 'zod';

/** Digits after the decimal point by ISO 4217; two where it is not listed. Source: ISO 4217 list one. */
const currencyDigits: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((c) => [c, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((c) => [c, 3])),
  ...Object.fromEntries('CLF UYW'.split(' ').map((c) => [c, 4])),
};

/** Digits that amounts of a currency have. */
export const digitsOf = (currency: string): number => currencyDigits[currency] ?? 2;

/** An exact decimal in plain notation: no sign, no exponent, no grouping, no leading zeros. */
const decimal = (options: { integers: number; fractions: number }) =>
  z
    .string()
    .regex(new RegExp(`^(0|[1-9][0-9]{0,${options.integers - 1}})(\\.[0-9]{1,${options.fractions}})?(?![\\s\\S])`), {
      error: `use a plain decimal such as 12.50, with at most ${options.integers} digits before and ${options.fractions} after the point`,
      abort: true, // what is no decimal must not reach the arithmetic behind it
    });

/** An ISO 4217 code. */
export const currency = z.string().regex(/^[A-Z]{3}(?![\s\S])/, 'use an ISO 4217 code such as EUR');

/** An amount of money: decimal string with at most the currency's digits; `10.0` and `10.00` are the same. */
export const money = z
  .strictObject({ amount: decimal({ integers: 15, fractions: 4 }), currency })
  .refine(({ amount, currency: code }) => new Big(amount).eq(new Big(amount).round(digitsOf(code))), {
    message: 'has more digits than the currency',
    path: ['amount'],
  })
  .overwrite(({ amount, currency: code }) => ({ amount: new Big(amount).toFixed(digitsOf(code)), currency: code }));

/** A unit by UN/ECE Recommendation 20: `C62` piece, `KGM` kilogram, `LTR` litre. */
export const unit = z.string().regex(/^[A-Z0-9]{2,3}(?![\s\S])/, 'use a UN/ECE Recommendation 20 code such as C62');

const positive = (value: string) => new Big(value).gt(0);
const plain = (value: string) => new Big(value).toFixed();

/** A quantity greater than zero. */
export const quantity = z.strictObject({
  value: decimal({ integers: 13, fractions: 6 }).refine(positive, 'must be greater than zero').overwrite(plain),
  unit,
});

/** A quantity that an ERP reports: may be zero or negative. */
export const reportedQuantity = z.strictObject({ value: z.string().regex(/^-?\d+(\.\d+)?$/), unit });

/** A price: `amount` for `per.quantity` units; 12.30 per 1000 pieces is a price of 0.0123. */
export const unitPrice = z.strictObject({
  amount: decimal({ integers: 13, fractions: 6 }).overwrite(plain),
  currency,
  per: z.strictObject({
    quantity: decimal({ integers: 7, fractions: 3 })
      .refine(positive, 'must be greater than zero')
      .overwrite(plain)
      .default('1'),
    unit,
  }),
});

/** A price that an ERP reports, as it keeps it. */
export const reportedPrice = z.strictObject({
  amount: z.string().regex(/^-?\d+(\.\d+)?$/),
  currency,
  per: z.strictObject({ quantity: z.string(), unit }),
});

/** A civil date in the company's time zone, `YYYY-MM-DD`. */
export const date = z.iso.date();

const plainText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // Control, bidi and zero-width characters, line separators, lone surrogates: they make a text look like what it is not.
    .refine((text) => !/[\p{Cc}\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/u.test(text) && text.isWellFormed(), {
      message: 'has control or invisible characters',
    });

/** Words of the agent, at most `max` characters. */
export const text = (max: number) => plainText(max);

/** Words that an ERP or a third party wrote: capped, cleaned by the pipeline, flagged in the schema. */
export const untrusted = () => z.string().max(500).meta({ 'x-countersign-untrusted': true });

/** Id of a record in the system; `kind` tells the connector how the system writes it. */
export const id = (kind: string) =>
  z
    .string()
    .regex(/^[\x21-\x7e]([\x20-\x7e]{0,58}[\x21-\x7e])?(?![\s\S])/, 'use the id as the system shows it')
    .meta({ 'x-countersign-id': kind });

/** A budget as its owner calls it; the year that is open unless one is named. */
export const budgetRef = z.strictObject({
  kind: z.enum(['cost_center', 'fund', 'project', 'order']),
  id: z.string().regex(/^[A-Za-z0-9_-]{1,24}(?![\s\S])/, 'use at most 24 letters, digits, dashes and underscores'),
  fiscalYear: z.int().min(2000).max(2999).optional(),
});

/** A budget of one year. */
export const budgetOfYear = budgetRef.required();

/** Id of an allocation as `allocate_budget` answers it: kind, id and fiscal year of its budget, and a reference. */
export const allocationId = z
  .string()
  .regex(
    /^[a-z_]{1,16}\.[A-Za-z0-9_-]{1,24}\.\d{4}\.[0-9A-Z]{12}(?![\s\S])/,
    'use the id that allocate_budget answered',
  );

/** The ERP's own state of a document. */
export const documentStatus = z.enum([
  'draft',
  'incomplete',
  'in_approval',
  'rejected',
  'released',
  'sent',
  'partly_fulfilled',
  'fulfilled',
  'closed',
  'cancelled',
]);

/** One of the states of a document. */
export type DocumentStatus = z.output<typeof documentStatus>;

/** The ERP's own release of a document, which follows ours. */
export const erpRelease = z.strictObject({
  state: z.enum(['not_required', 'pending', 'released', 'rejected']),
  pendingWith: untrusted().optional(),
});

/** Whether the supplier has the document; `unknown` where the system does not tell. */
export const sentToSupplier = z.enum(['yes', 'no', 'unknown']);

const freshness = {
  /** When the system answered, ISO 8601. */
  asOf: z.iso.datetime(),
  /** Which system. */
  source: z.string(),
  /** How old the source's copy may be; 0 on the primary. */
  lagMs: z.int(),
  /** Changes when the record changes; a write may name it as `expectedVersion`. */
  version: z.string(),
};

/** Output of a read: its fields, and how fresh they are. */
export const readOutput = <S extends z.ZodRawShape>(shape: S) => z.strictObject({ ...shape, ...freshness });

/** For examples: how fresh an answer is. */
export const freshnessExample = { asOf: '2026-01-15T09:30:00.000Z', source: 'erp', lagMs: 0, version: 'b7c1' };

/** Output of a write: the document as the system keeps it, and where it differs from what was asked. */
export const writeOutput = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject({
    document: z.strictObject({ id: z.string(), number: z.string(), url: z.string().optional() }),
    status: documentStatus,
    version: z.string(),
    ...shape,
    deviations: z.array(z.strictObject({ path: z.string(), requested: z.string(), actual: z.string() })),
    /** Our marker inside the document; creates only. */
    reference: z.string().optional(),
  });

/** Amounts of a document as the system computed them. */
export const amounts = z.strictObject({
  net: z.string(),
  tax: z.string().optional(),
  gross: z.string().optional(),
  currency,
  source: z.literal('erp'),
});

/** Input of a search: how many, and from where. */
export const page = { limit: z.int().min(1).max(50).default(5), cursor: z.string().max(200).optional() };

/** Output of a search beside the page itself. */
export const pageOutput = {
  /** Number of all that match. */
  total: z.int(),
  /** Names the next page; absent on the last one. */
  nextCursor: z.string().optional(),
};

/** The version of a record as a read told it; a write that names it is refused when the record has changed since. */
export const version = z.string().min(1).max(200);
