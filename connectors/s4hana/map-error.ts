import { CountersignError, type ErrorCode, isCountersignError } from '../../lib/core/errors.ts';
import { ODataError, type SystemMessage } from '../../lib/protocols/odata-error.ts';

/** Refusals by SAP's message class and number, as far as they are known; the phrases below catch those of other releases. */
const byCode: Readonly<Record<string, ErrorCode>> = {
  'ME/006': 'DOCUMENT_LOCKED',
  'V1/042': 'DOCUMENT_LOCKED',
  'MMPUR_INTEGRATION_PO/002': 'DOCUMENT_LOCKED',
  'F2/163': 'NOT_FOUND',
  '06/052': 'NOT_FOUND',
  '06/023': 'SUPPLIER_BLOCKED',
  '06/024': 'SUPPLIER_BLOCKED',
  '06/025': 'SUPPLIER_BLOCKED',
  '06/321': 'SUPPLIER_NOT_APPROVED',
  'M3/305': 'ITEM_NOT_FOUND',
  'M3/351': 'ITEM_NOT_PURCHASABLE',
  'ME/055': 'ITEM_NOT_PURCHASABLE',
  'ME/066': 'ITEM_NOT_PURCHASABLE',
  '06/216': 'ITEM_NOT_PURCHASABLE',
  'ME/068': 'SITE_NOT_FOUND',
  'ME/096': 'UNIT_UNKNOWN',
  '06/217': 'PRICE_NOT_REPRESENTABLE',
  '06/115': 'PURCHASE_ORDER_CANCELLED',
  '06/116': 'PURCHASE_ORDER_RECEIVED',
  '06/117': 'PURCHASE_ORDER_INVOICED',
  '06/219': 'PURCHASE_ORDER_INVOICED',
  'F5/201': 'PERIOD_CLOSED',
  'M7/053': 'PERIOD_CLOSED',
  'M7/018': 'BATCH_MISSING',
  'M7/021': 'STOCK_DEFICIT',
  'VL/012': 'NOT_FOUND',
  'VL/021': 'DELIVERY_BLOCKED',
  'VL/045': 'CREDIT_BLOCKED',
  'VL/230': 'PARTIAL_NOT_ALLOWED',
  'VL/363': 'INSUFFICIENT_STOCK',
  'VL/367': 'NOTHING_DUE',
  'VL/461': 'NOTHING_DUE',
  'VL/601': 'ALREADY_POSTED',
  'VL/602': 'DELIVERY_STARTED',
  'VL/605': 'WAREHOUSE_MANAGED',
  'VL/607': 'ALREADY_BILLED',
  'VL/609': 'NOT_PICKED',
  'V1/427': 'ALREADY_BILLED',
  'V1/488': 'NOT_INVOICED',
  'VF/010': 'NOT_FOUND',
  'VF/011': 'NOT_INVOICED',
  'KI/265': 'PURPOSE_INVALID',
  '06/722': 'OVERLAP',
  'F2/205': 'INVALID_PAYMENT_TERMS',
  'AR/128': 'INVALID_TAX_ID',
  // No service is active at this address.
  '/IWFND/MED/170': 'UNSUPPORTED_BY_SYSTEM',
};

/** Refusals by the English words of the message; requests ask for English. */
const byWords: readonly (readonly [RegExp, ErrorCode])[] = [
  [/\b(locked|already processing|being processed) (by|in)\b/i, 'DOCUMENT_LOCKED'],
  [/\b(supplier|vendor)\b.*\bblocked\b/i, 'SUPPLIER_BLOCKED'],
  [/\b(source list|approved supplier)\b/i, 'SUPPLIER_NOT_APPROVED'],
  [
    /\b(material|product)\b.*\b(not maintained|cannot be purchased|not purchasable|blocked|deletion)\b/i,
    'ITEM_NOT_PURCHASABLE',
  ],
  [/\b(terms of payment|payment terms)\b/i, 'INVALID_PAYMENT_TERMS'],
  [/\b(tax number|vat registration number)\b/i, 'INVALID_TAX_ID'],
  [/\b(cost cent(er|re)|wbs element|internal order)\b.*\bdoes not exist\b/i, 'PURPOSE_INVALID'],
  [/\b(material|product)\b.*\bdoes not exist\b/i, 'ITEM_NOT_FOUND'],
  [/\bplant\b.*\bdoes not exist\b/i, 'SITE_NOT_FOUND'],
  [/\bposting period\b.*\bnot open\b|\bperiod\b.*\bclosed\b|\bposting only possible in periods\b/i, 'PERIOD_CLOSED'],
  [/\bblocked for delivery\b|\bdelivery block\b/i, 'DELIVERY_BLOCKED'],
  [/\bcredit (check|block)\b/i, 'CREDIT_BLOCKED'],
  [/\bno schedule lines\b.*\bdue\b/i, 'NOTHING_DUE'],
  [/\bdelivered completely\b|\bcomplete delivery\b/i, 'PARTIAL_NOT_ALLOWED'],
  [/\bdeficit of\b/i, 'STOCK_DEFICIT'],
  [/\bnot (yet )?(been )?(completely |fully )?picked\b/i, 'NOT_PICKED'],
  [/\bdate\b.*\bin the past\b/i, 'DATE_IN_PAST'],
  [/\bbudget\b.*\bexceeded\b/i, 'BUDGET_EXCEEDED'],
];

/** Statuses that say all there is to say; any other is explained by its messages. */
const byStatus: Readonly<Record<number, ErrorCode>> = {
  403: 'NOT_AUTHORISED_IN_ERP',
  412: 'STALE_STATE',
  423: 'DOCUMENT_LOCKED',
  428: 'STALE_STATE',
};

/** Statuses of requests that were refused before or instead of taking effect. */
const surelyRefused: ReadonlySet<number> = new Set([
  ...[400, 401, 403, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 417, 422, 423, 424, 428, 429, 431, 501],
]);

/** What an error means that a tool of this kind threw. The system's words go into `facts.systemMessage`, never into the sentence. */
export function mapError(error: unknown): CountersignError {
  if (isCountersignError(error)) return error;
  if (error instanceof ODataError) return refusal(error);
  return new CountersignError('INTERNAL', 'The connector failed.', { cause: error });
}

function refusal(error: ODataError): CountersignError {
  const { status, csrfRefused, retryAfter, messages } = error;
  const wait = retryAfter !== undefined && { retryAfter };
  const answer = (code: ErrorCode, applied: 'no' | 'unknown' = 'no') =>
    new CountersignError(code, `The system answered ${status}.`, {
      cause: error,
      applied,
      ...wait,
      facts: factsOf(messages),
    });
  if (status === 429) return answer('SYSTEM_THROTTLED');
  if (status === 503 || csrfRefused) return answer('SYSTEM_UNAVAILABLE');
  if (surelyRefused.has(status)) return answer(meaningOf(error));
  if (error.modifying) return answer('OUTCOME_UNKNOWN', 'unknown');
  return answer(status >= 300 && status < 400 ? 'AUTH_FAILED' : 'SYSTEM_UNAVAILABLE');
}

function meaningOf({ messages, status }: ODataError): ErrorCode {
  const clear = byStatus[status];
  if (clear) return clear;
  for (const { code, text } of messages) {
    const known = Object.hasOwn(byCode, code) ? byCode[code] : undefined;
    const meaning = known ?? byWords.find(([words]) => words.test(text))?.[1];
    if (meaning) return meaning;
  }
  return status === 404 ? 'NOT_FOUND' : 'REFUSED_BY_SYSTEM';
}

function factsOf([first]: readonly SystemMessage[]): Readonly<Record<string, string>> {
  if (!first) return {};
  return { systemCode: printable(first.code, 60), systemMessage: printable(first.text, 300) };
}

/** Text of the system as data: without control and invisible characters, capped. */
const printable = (text: string, most: number): string =>
  text
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, most)
    .toWellFormed();
