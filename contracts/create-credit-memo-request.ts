import Big from 'big.js';
import * as z from 'zod';
import { type Comparison, type Deviation, defineContract } from '../lib/core/contract.ts';
import { CountersignError } from '../lib/core/errors.ts';
import { creditMemoBriefing } from './briefings/credit-memo.ts';
import { rejectCreditMemoRequest } from './reject-credit-memo-request.ts';
import { amounts, digitsOf, id, money, quantity, text, writeOutput } from './shapes.ts';

const line = z.union([
  /** So much of what was invoiced, at its price. */
  z.strictObject({ line: id('line'), quantity }),
  /** A sum, tax included. */
  z.strictObject({ line: id('line'), amount: money }),
]);

const input = z.strictObject({
  invoice: id('invoice'),
  /** No more than can be rejected again in one operation. */
  lines: z.array(line).min(1).max(5),
  /** All that is to be credited, tax included. */
  total: money,
  /** One of those that are configured. */
  reasonCode: text(40),
  requester: text(60).optional(),
  /** Of a possible duplicate: the operation that it is no duplicate of. A person has to approve it. */
  notDuplicateOf: z.string().min(1).max(64).optional(),
});

const output = writeOutput({
  invoice: z.string(),
  amounts: amounts.extend({ gross: z.string() }),
  /** Code of the block that a person has to take away before it can be billed. */
  billingBlock: z.string(),
  /** A request moves no money: it has to be billed, and the credit paid out or cleared. */
  moneyMoves: z.literal('after_billing_and_payment'),
  lines: z.array(z.strictObject({ line: z.string(), invoiceLine: z.string(), net: z.string(), gross: z.string() })),
});

type Line = z.output<typeof line>;

/**
 * Requests that a part of an invoice is credited, blocked for billing. What can be credited is counted for each line, and
 * for what was paid of the invoice, over everything that all agents and people have requested, right before it is sent.
 * Throws `NOT_INVOICED`, `EXCEEDS_INVOICED`, `EXCEEDS_PAID`, `ALREADY_CREDITED`, `CURRENCY_DIFFERS`, `TOTAL_MISMATCH`.
 */
export const createCreditMemoRequest = defineContract({
  name: 'create_credit_memo_request',
  effect: 'create',
  summary: 'Requests a credit for lines of an invoice, once in effect and blocked for billing; it moves no money yet.',
  input,
  output,
  errors: [
    'NOT_FOUND',
    'NOT_INVOICED',
    'EXCEEDS_INVOICED',
    'EXCEEDS_PAID',
    'ALREADY_CREDITED',
    'CURRENCY_DIFFERS',
    'TOTAL_MISMATCH',
    'PRICE_NOT_REPRESENTABLE',
    'UNIT_UNKNOWN',
    'POSSIBLE_DUPLICATE',
  ],
  examples: [
    {
      input: {
        invoice: '90000001',
        lines: [{ line: '10', amount: { amount: '119.00', currency: 'EUR' } }],
        total: { amount: '119.00', currency: 'EUR' },
        reasonCode: 'quality',
      },
      output: {
        document: { id: '60000002', number: '60000002' },
        status: 'in_approval',
        version: 'b7c1',
        invoice: '90000001',
        amounts: { net: '100.00', tax: '19.00', gross: '119.00', currency: 'EUR', source: 'erp' },
        billingBlock: '08',
        moneyMoves: 'after_billing_and_payment',
        lines: [{ line: '10', invoiceLine: '10', net: '100.00', gross: '119.00' }],
        deviations: [],
        reference: 'L7Q2M0ZK8W4T',
      },
    },
  ],
  amountOf: ({ total }) => total,
  // What an agent has credited of one invoice within a day adds up.
  counterpartyOf: ({ invoice }) => `invoice ${invoice}`,
  requesterOf: ({ requester }) => requester,
  aboutOf: ({ invoice }) => `invoice ${invoice}`,
  validate: ({ lines, total }) => {
    if (new Set(lines.map((each) => each.line)).size < lines.length)
      throw new CountersignError('INPUT_INVALID', 'A line of the invoice is named twice.');
    const sums = lines.flatMap((each) => ('amount' in each ? [each.amount] : []));
    if (sums.some((each) => each.currency !== total.currency))
      throw new CountersignError('CURRENCY_DIFFERS', `The total is in ${total.currency}.`);
    const sum = sums.reduce((all, { amount }) => all.plus(amount), new Big(0));
    const fits = sums.length === lines.length ? sum.eq(total.amount) : sum.lt(total.amount);
    if (!fits) throw new CountersignError('TOTAL_MISMATCH', `The sums add up to ${sum.toFixed()} ${total.currency}.`);
  },
  takesFrom: ({ invoice }) => `invoice ${invoice}`,
  notDuplicateOf: ({ notDuplicateOf }) => notDuplicateOf,
  businessKey: ({ invoice, lines }) => JSON.stringify([invoice, lines.map(contentOf).sort()]),
  briefing: creditMemoBriefing,
  undoneBy: {
    contract: rejectCreditMemoRequest,
    inputFor: ({ output: { document } }) => ({ request: document.id, reason: 'What it was part of failed.' }),
  },
  compare: (asked, actual): Comparison => {
    const ours =
      asked.invoice === actual.invoice &&
      asked.lines.length === actual.lines.length &&
      asked.lines.every((each, n) => each.line === actual.lines[n]?.invoiceLine);
    const { gross, currency } = actual.amounts;
    const deviations: Deviation[] = ours
      ? asked.lines.flatMap((each, n) => sumDeviation(each, actual.lines[n]?.gross ?? '', n))
      : [];
    const isOther = new Big(gross).round(digitsOf(currency)).eq(asked.total.amount)
      ? currency !== asked.total.currency
      : true;
    if (ours && isOther)
      deviations.push({ path: 'amounts.gross', requested: asked.total.amount, actual: `${gross} ${currency}` });
    return { ours, deviations, exceeds: currency !== asked.total.currency || new Big(gross).gt(asked.total.amount) };
  },
});

const contentOf = (each: Line): string =>
  'amount' in each
    ? `${each.line} ${each.amount.amount} ${each.amount.currency}`
    : `${each.line} ${each.quantity.value} ${each.quantity.unit}`;

function sumDeviation(asked: Line, gross: string, n: number): Deviation[] {
  if (!('amount' in asked) || new Big(gross).eq(asked.amount.amount)) return [];
  return [{ path: `lines.${n}.gross`, requested: asked.amount.amount, actual: gross }];
}
