interface ErrorRow {
  readonly status: number;
  /** Whether sending the same idempotency key again can ever help. */
  readonly retryable: boolean;
  /** What is known about the effect when this error is answered. */
  readonly applied: 'no' | 'unknown';
  readonly title: string;
  readonly nextAction: string;
}

const fix = 'Correct the input and send it with a new idempotency key.';
const askOperator = 'Ask an operator of this deployment.';
const readAgain = 'Read the current state, decide again, and send a new call with a new idempotency key.';
const later = 'Wait for the time in Retry-After, then send the same call with the same idempotency key.';

/** Every error that an agent or an operator can meet: the wire contract, one row each. */
export const errorTable = {
  INPUT_INVALID: row(400, 'The input does not match what the tool accepts.', fix),
  INPUT_TOO_LARGE: row(413, 'The input is larger than this interface accepts.', 'Send less than 256 KB.'),
  IDEMPOTENCY_KEY_MISSING: row(
    400,
    'A write needs an idempotency key.',
    'Send a header Idempotency-Key that names this intent.',
  ),
  IDEMPOTENCY_KEY_INVALID: row(
    400,
    'The idempotency key is not usable.',
    'Send exactly one key of 1 to 256 visible ASCII characters.',
  ),
  IDEMPOTENCY_KEY_REUSED: row(
    422,
    'This idempotency key was used with other content.',
    'Use a new key for a new intent, or send the first content again.',
  ),
  OPERATION_IN_PROGRESS: row(409, 'The same call is still running.', later, { retryable: true, applied: 'unknown' }),
  NOT_GRANTED: row(403, 'This agent has no grant for this tool.', 'Ask the owner of the configuration for a grant.'),
  LIMIT_EXCEEDED: row(
    403,
    'The call is over the limit of this agent.',
    'Ask for less, or ask the owner of the configuration.',
  ),
  SIGNATURE_INVALID: row(
    403,
    'The call is not signed, or its signature does not hold.',
    'Sign the call with SigV4 for the service execute-api, with credentials that are still valid.',
  ),
  TOO_MANY_CALLS: row(429, 'More calls arrive than this interface accepts.', later, { retryable: true }),
  AGENT_UNKNOWN: row(403, 'The signing role is not a configured agent.', askOperator),
  OPERATOR_UNKNOWN: row(403, 'The signing role is not a configured operator.', askOperator),
  APPROVAL_REFUSED: row(403, 'A person refused this.', readAgain),
  APPROVAL_EXPIRED: row(
    403,
    'Nobody approved this in time.',
    'Send a new call with a new idempotency key to ask again.',
  ),
  APPROVAL_WITHDRAWN: row(403, 'The question was withdrawn.', askOperator),
  APPROVAL_ASKED_BACK: row(
    409,
    'A person asks something before they decide.',
    'Answer in the note of a new call with a new idempotency key.',
  ),
  TOOL_NOT_FOUND: row(404, 'There is no such tool here.', 'GET /v1/tools lists the tools of this caller.'),
  OPERATION_NOT_FOUND: row(404, 'There is no such operation of this caller.', 'Check the operation id.'),
  ROUTE_NOT_FOUND: row(404, 'There is nothing at this path.', 'GET /openapi.json lists the paths.'),
  METHOD_NOT_ALLOWED: row(405, 'This path does not accept this method.', 'GET /openapi.json lists the methods.'),

  NOT_FOUND: row(404, 'The system has no such record.', 'Find the id first.'),
  ITEM_NOT_FOUND: row(404, 'The system has no such item.', 'Find the id with find_items.'),
  SITE_NOT_FOUND: row(404, 'The system has no such site.', 'Use a site that get_stock reports.'),
  STALE_STATE: row(409, 'The record is no longer as it was when it was read.', readAgain),
  DOCUMENT_LOCKED: row(409, 'A user is working on this record in the system.', later, { retryable: true }),
  PERIOD_CLOSED: row(422, 'The posting period is closed.', readAgain),
  UNIT_UNKNOWN: row(422, 'The unit has no counterpart in the system.', fix),
  CURRENCY_NOT_ALLOWED: row(422, 'The currency is not allowed here.', fix),
  ORG_NOT_CONFIGURED: row(422, 'No organisation is configured for this agent and site.', askOperator),
  FIELD_TOO_LONG: row(422, 'A text is longer than the field of the system.', fix),
  NOT_AUTHORISED_IN_ERP: row(403, 'The system refused our service user.', askOperator),
  UNSUPPORTED_BY_SYSTEM: row(422, 'This system cannot do that.', 'Use another tool or system.'),
  REFUSED_BY_SYSTEM: row(422, 'The system refused the request.', fix),

  SUPPLIER_BLOCKED: row(422, 'The supplier is blocked.', 'Choose another supplier.'),
  SUPPLIER_NOT_APPROVED: row(422, 'The supplier is not approved for this item.', 'Choose another supplier.'),
  ITEM_NOT_PURCHASABLE: row(422, 'The item cannot be purchased for this site.', 'Choose another item or site.'),
  PRICE_NOT_REPRESENTABLE: row(422, 'The system cannot keep this price exactly.', fix),
  BUDGET_EXCEEDED: row(422, 'The budget does not allow this.', 'Ask for less.'),
  MINIMUM_ORDER: row(422, 'The order is below the minimum of the supplier.', fix),
  DATE_IN_PAST: row(422, 'A date lies in the past.', fix),
  TOTAL_MISMATCH: row(422, 'The expected total is not the sum of the lines.', fix),
  ORDER_INCOMPLETE: row(422, 'The system holds the order as incomplete.', askOperator),
  POSSIBLE_DUPLICATE: row(409, 'The same content was ordered a short time ago.', readAgain),
  PURCHASE_ORDER_RECEIVED: row(409, 'Goods have been received.', readAgain),
  PURCHASE_ORDER_INVOICED: row(409, 'The order has been invoiced.', readAgain),
  PURCHASE_ORDER_SENT: row(409, 'The supplier already has the order.', askOperator),
  PURCHASE_ORDER_CANCELLED: row(409, 'The order or line is already cancelled.', readAgain),
  DOWN_PAYMENT_EXISTS: row(409, 'A down payment exists.', askOperator),
  PRICE_FROM_CONTRACT: row(422, 'The price comes from a contract.', readAgain),
  GOODS_RECEIVED: row(409, 'Goods were received at the old price.', askOperator),
  REQUISITION_ORDERED: row(409, 'The requisition is already ordered.', readAgain),

  INSUFFICIENT_STOCK: row(422, 'There is not enough stock.', readAgain),
  PURPOSE_INVALID: row(422, 'The system has no such purpose.', fix),
  ALREADY_WITHDRAWN: row(409, 'What was reserved has been withdrawn.', readAgain),
  BUDGET_NOT_FOUND: row(404, 'There is no such budget.', 'Ask the owner of the configuration.'),
  FISCAL_YEAR_CLOSED: row(422, 'The fiscal year is closed.', fix),
  ALLOCATION_CONSUMED: row(409, 'The allocation is used by a document.', readAgain),
  DUPLICATE_TAX_ID: row(409, 'A vendor with this tax id exists.', 'Use the vendor that is named.'),
  POSSIBLE_DUPLICATE_NAME: row(409, 'A vendor of this name exists in this place.', 'Look at the vendor that is named.'),
  INVALID_TAX_ID: row(422, 'The tax id is not valid.', fix),
  INVALID_PAYMENT_TERMS: row(422, 'These payment terms are not allowed.', fix),
  SANCTIONS_HIT: row(403, 'The party is on a list of sanctions, or may be.', askOperator),
  PENDING_IN_ERP: row(409, 'A change of this record waits in the system.', readAgain),
  EMAIL_IN_USE: row(409, 'Another account has this e-mail address.', fix),
  SUPPLIER_UNKNOWN: row(404, 'There is no such supplier.', 'Find the id with find_suppliers.'),
  ENTRY_EXISTS: row(409, 'There is an entry with other dates.', readAgain),
  OVERLAP: row(409, 'The dates overlap with another entry.', readAgain),
  NOT_INVOICED: row(422, 'Nothing of this was invoiced.', readAgain),
  EXCEEDS_INVOICED: row(422, 'More is asked for than was invoiced.', 'Ask for less.'),
  EXCEEDS_PAID: row(422, 'More is asked for than was paid.', 'Ask for less.'),
  ALREADY_CREDITED: row(409, 'This was credited, or its credit is requested.', readAgain),
  ALREADY_BILLED: row(409, 'The document has been billed.', askOperator),
  CURRENCY_DIFFERS: row(422, 'The document is in another currency.', fix),
  RETURN_REQUIRED: row(422, 'The goods have to come back first.', askOperator),
  DELIVERY_BLOCKED: row(409, 'The order is blocked for delivery.', askOperator),
  CREDIT_BLOCKED: row(409, 'The order is blocked by the credit check.', askOperator),
  NOTHING_DUE: row(409, 'Nothing of the order is due for delivery.', readAgain),
  PARTIAL_NOT_ALLOWED: row(422, 'The order has to be delivered at once.', readAgain),
  DELIVERY_STARTED: row(409, 'The delivery is picked or packed, or its goods have left.', askOperator),
  NOT_PICKED: row(409, 'The delivery is not picked.', 'Ask again when the warehouse has picked it.'),
  WAREHOUSE_MANAGED: row(422, 'The warehouse system posts the goods issue of this delivery.', askOperator),
  STOCK_DEFICIT: row(409, 'The stock does not cover the posting.', readAgain),
  BATCH_MISSING: row(422, 'The batch is not determined.', askOperator),
  ALREADY_POSTED: row(409, 'The goods issue was posted by somebody else.', readAgain),

  AUTH_FAILED: row(502, 'Countersign could not sign in to the system.', askOperator),
  SYSTEM_UNAVAILABLE: row(503, 'The system cannot be reached.', later, { retryable: true }),
  SYSTEM_THROTTLED: row(503, 'The system asked us to slow down.', later, { retryable: true }),
  SYSTEM_BUSY: row(503, 'As many calls as the system allows are under way.', later, { retryable: true }),
  SYSTEM_PAUSED: row(503, 'The system is not to be called for the time being.', later, { retryable: true }),
  SYSTEM_ANSWER_INVALID: row(502, 'The system answered something that cannot be understood.', askOperator),
  HOST_NOT_ALLOWED: row(502, 'The address is not on the list of allowed hosts.', askOperator),
  OUTCOME_UNKNOWN: row(
    502,
    'Whether the system carried this out is not known yet.',
    'Send the same call with the same idempotency key, or ask for the operation. Never use another key.',
    { retryable: true, applied: 'unknown' },
  ),
  OPERATION_NOT_SENT: row(503, 'The call was not sent in time.', later, { retryable: true }),
  OPERATION_OUTDATED: row(409, 'It waited too long to be carried out as it was asked for.', readAgain),
  NOT_APPLIED: row(
    503,
    'The system has not carried this out.',
    'Send the same call with the same idempotency key to carry it out.',
    {
      retryable: true,
    },
  ),
  ATTEMPTS_SPENT: row(503, 'The call was sent as often as is allowed.', askOperator, { applied: 'unknown' }),
  GIVEN_UP: row(409, 'An operator made sure that it had no effect, and gave it up.', readAgain),
  EVIDENCE_MISSING: row(409, 'The system does not show what was said of the operation.', 'See what it shows.'),
  CLAIMED: row(409, 'Another operator looks after the operation.', 'Ask them, or wait until their time is over.'),
  NOT_YOURS_TO_DECIDE: row(403, 'Somebody else has to decide this.', 'Ask another operator.'),
  STORE_UNAVAILABLE: row(503, 'The record of operations cannot be reached.', later, { retryable: true }),
  RESULT_TOO_LARGE: row(422, 'The answer is larger than can be sent.', 'Ask for fewer fields or rows.'),
  INTERNAL: row(500, 'Something is wrong in Countersign.', askOperator, { applied: 'unknown' }),
} as const satisfies Record<string, ErrorRow>;

/** A code of the table. */
export type ErrorCode = keyof typeof errorTable;

function row(
  status: number,
  title: string,
  nextAction: string,
  { retryable = false, applied = 'no' }: Partial<Pick<ErrorRow, 'retryable' | 'applied'>> = {},
): ErrorRow {
  return { status, title, nextAction, retryable, applied };
}

/** What a thrower may add to a row of the table. */
export interface ErrorOptions {
  readonly cause?: unknown;
  /** Seconds. */
  readonly retryAfter?: number;
  /** Set where this very error leaves the effect open although its row does not (or the other way round). */
  readonly applied?: 'no' | 'unknown';
  /** Further members of the problem document: facts, never secrets. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** The one error of the product. Its message is for people and may be shown to an agent: no secret, no stack. */
export class CountersignError extends Error {
  readonly code: ErrorCode;
  readonly applied: 'no' | 'unknown';
  readonly retryAfter: number | undefined;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, detail: string, options: ErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.name = 'CountersignError';
    this.code = code;
    this.applied = options.applied ?? errorTable[code].applied;
    this.retryAfter = options.retryAfter;
    this.facts = options.facts ?? {};
  }
}

/** Checked by code, so that it holds across bundles. */
export const isCountersignError = (error: unknown): error is CountersignError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && Object.hasOwn(errorTable, error.code);
