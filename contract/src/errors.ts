/**
 * Every error code that a client can receive, with its HTTP status and a short title.
 * The set is closed: a new code starts as a row here, so GraphQL, REST and the documents agree.
 */
export const ERROR_CODES = {
  MALFORMED_REQUEST: { status: 400, title: "The request cannot be read" },
  MALFORMED_BODY: { status: 400, title: "The body cannot be read" },
  INVALID_INPUT: { status: 400, title: "The input is not valid" },
  INVALID_AMOUNT: { status: 400, title: "The amount is not valid" },
  GRAPHQL_PARSE_FAILED: { status: 400, title: "The GraphQL document cannot be parsed" },
  GRAPHQL_VALIDATION_FAILED: { status: 400, title: "The GraphQL operation is not valid" },
  OPERATION_LIMIT_EXCEEDED: { status: 400, title: "The operation is too large" },
  COST_LIMIT_EXCEEDED: { status: 400, title: "The operation costs too much" },
  OPERATION_NOT_FOUND: { status: 400, title: "The document has no such operation" },
  APPROVAL_REQUIRED: { status: 202, title: "A second approver has to approve it first" },
  PERSISTED_QUERY_NOT_FOUND: { status: 200, title: "The persisted query is not registered" },
  UNAUTHENTICATED: { status: 401, title: "Sign-in is needed" },
  STEP_UP_REQUIRED: { status: 401, title: "A second factor is needed" },
  FORBIDDEN: { status: 403, title: "This is not allowed" },
  DELEGATION_REFUSED: { status: 403, title: "The caller is no longer acted for" },
  OPERATION_NOT_TRUSTED: {
    status: 403,
    title: "The operation is not on the list of trusted operations",
  },
  NOT_FOUND: { status: 404, title: "There is nothing here" },
  FUND_NOT_FOUND: { status: 404, title: "The fund does not exist" },
  ACCOUNT_NOT_FOUND: { status: 404, title: "The account does not exist" },
  TRANSACTION_NOT_FOUND: { status: 404, title: "The transaction does not exist" },
  SECURITY_NOT_FOUND: { status: 404, title: "The security does not exist" },
  TRADE_NOT_FOUND: { status: 404, title: "The trade does not exist" },
  CORPORATE_ACTION_NOT_FOUND: { status: 404, title: "The corporate action does not exist" },
  INSTRUMENT_NOT_FOUND: { status: 404, title: "The instrument does not exist" },
  METHOD_NOT_ALLOWED: { status: 405, title: "The method is not allowed here" },
  NOT_ACCEPTABLE: { status: 406, title: "No acceptable representation" },
  HOLD_NOT_FOUND: { status: 404, title: "The hold does not exist" },
  PERIOD_NOT_FOUND: { status: 404, title: "The period does not exist" },
  PROPOSAL_NOT_FOUND: { status: 404, title: "The proposal does not exist" },
  INVESTOR_NOT_FOUND: { status: 404, title: "The investor does not exist" },
  ORDER_NOT_FOUND: { status: 404, title: "The order does not exist" },
  SHARE_CLASS_NOT_FOUND: { status: 404, title: "The share class does not exist" },
  ALREADY_EXISTS: { status: 409, title: "It exists already" },
  IDEMPOTENCY_CONFLICT: {
    status: 409,
    title: "The idempotency key was used for another request",
  },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    title: "The first request under the idempotency key still runs",
  },
  HOLD_NOT_ACTIVE: { status: 409, title: "The hold reserves nothing any more" },
  TRADE_STATE: { status: 409, title: "The trade is settled or cancelled" },
  APPROVAL_LIMIT_CHANGED: { status: 409, title: "The approval limits have changed" },
  PROPOSAL_NOT_WAITING: { status: 409, title: "The proposal was decided already" },
  CURSOR_OF_ANOTHER_LOG: { status: 409, title: "The cursor is of another history of the ledger" },
  ALREADY_REVERSED: { status: 409, title: "The transaction was reversed already" },
  ALREADY_MATCHED: { status: 409, title: "It is matched already" },
  REQUEST_TIMEOUT: { status: 408, title: "The request did not arrive in time" },
  EXPECTATION_FAILED: { status: 417, title: "The expectation cannot be met" },
  VERSION_CONFLICT: { status: 412, title: "The version has moved on" },
  BODY_TOO_LARGE: { status: 413, title: "The body is too large" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: "The media type is not supported" },
  LEDGER_UNBALANCED: { status: 422, title: "Debits and credits differ" },
  CURRENCY_MISMATCH: { status: 422, title: "The currency is not the account's" },
  INSUFFICIENT_FUNDS: { status: 422, title: "The account does not have that much" },
  HOLD_EXCEEDED: { status: 422, title: "The hold does not reserve that much" },
  PROPOSAL_EXCEEDED: { status: 422, title: "It would post more than was proposed" },
  REVERSAL_EXCEEDED: { status: 422, title: "There is not that much left to reverse" },
  MATCH_UNBALANCED: { status: 422, title: "The two sides of the match differ" },
  ACCOUNT_FROZEN: { status: 422, title: "The account is frozen" },
  ACCOUNT_CLOSED: { status: 422, title: "The account is closed" },
  ORDER_STATE: { status: 409, title: "The state of the order does not allow it" },
  CUT_OFF_PASSED: { status: 422, title: "The cut-off has passed" },
  KYC_REQUIRED: { status: 422, title: "The investor is not cleared for this" },
  BELOW_MINIMUM: { status: 422, title: "The order is below the minimum of the class" },
  CLASS_NOT_OPEN: { status: 422, title: "The share class does not take this order" },
  INSUFFICIENT_UNITS: { status: 422, title: "The account does not have that many units" },
  ACCOUNT_MANAGED: { status: 422, title: "Only fund administration moves this account" },
  ACCOUNT_NOT_EMPTY: { status: 422, title: "The account is not empty" },
  POSTING_PERIOD_OPEN: { status: 422, title: "The books of that day are still open" },
  POSTING_PERIOD_CLOSED: { status: 422, title: "The books of that day are closed" },
  DIMENSION_REQUIRED: { status: 422, title: "The account needs a value of a dimension" },
  VALUE_DATE_FAR: { status: 422, title: "The value date is far from today" },
  NAV_CHECKS_OPEN: { status: 422, title: "Blocking checks of the NAV are open" },
  NAV_INPUTS_CHANGED: { status: 409, title: "What the NAV rests on has changed" },
  NAV_PUBLISHED: { status: 409, title: "The NAV of that day is published" },
  NAV_SAME_PERSON: { status: 403, title: "Another person has to publish the NAV" },
  VALUATION_NOT_FOUND: { status: 404, title: "The valuation does not exist" },
  LOTS_EXCEEDED: { status: 422, title: "The lots do not hold that much" },
  PRICE_MISSING: { status: 422, title: "A price is missing" },
  RATE_MISSING: { status: 422, title: "An exchange rate is missing" },
  FX_RATE_MISMATCH: { status: 422, title: "The amounts do not agree with the rate" },
  STATEMENT_INVALID: { status: 422, title: "The statement cannot be imported" },
  STATEMENT_AMBIGUOUS: {
    status: 422,
    title: "The statement can be read in more than one way",
  },
  FILE_NOT_FOUND: { status: 404, title: "The file was not imported" },
  FILE_INVALID: { status: 422, title: "The file cannot be imported" },
  BOOK_CORRUPT: { status: 500, title: "The stored state of the book differs from its log" },
  BOOK_INVALID: { status: 422, title: "The exported book is not sound" },
  BULK_REFUSED: { status: 422, title: "Another item of the bulk was refused" },
  INSUFFICIENT_DATA: { status: 422, title: "There is not enough data" },
  RATE_LIMITED: { status: 429, title: "Too many requests in a short time" },
  HEADERS_TOO_LARGE: { status: 431, title: "The request's headers are too large" },
  DELEGATION_UNSUPPORTED: { status: 501, title: "The issuer exchanges no tokens" },
  INTERNAL_ERROR: { status: 500, title: "Something went wrong" },
  CONSISTENCY_TIMEOUT: { status: 503, title: "The figures are not up to date yet" },
  UPLOAD_OFFSET_MISMATCH: { status: 409, title: "The upload goes on at another offset" },
  OVERLOADED: { status: 503, title: "The service has more work than it can do" },
  STORAGE_FULL: { status: 503, title: "There is no space to store more" },
  READ_ONLY: { status: 503, title: "Nothing can be written at the moment" },
  SUBSCRIPTION_OVERFLOW: { status: 503, title: "The subscriber is too far behind" },
  UPSTREAM_INVALID: { status: 502, title: "A service sent an invalid answer" },
  UPSTREAM_UNAVAILABLE: { status: 503, title: "A service is not available" },
  SHUTTING_DOWN: { status: 503, title: "The service is shutting down" },
  UPSTREAM_TIMEOUT: { status: 504, title: "A service did not answer in time" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === "string" && Object.hasOwn(ERROR_CODES, value);

/** One fault of an input: its path (`entries.0.amount`) and a public sentence about what is wrong. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

export interface AppErrorOptions {
  /** For the log only; the service never sends it. */
  readonly detail?: string;
  readonly cause?: unknown;
  readonly violations?: readonly Violation[];
  /** When the same request may succeed, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** With APPROVAL_REQUIRED, the proposal that waits; otherwise the proposal that was decided. */
  readonly proposalId?: string;
}

/** A refusal with a stable code. `message` is the public sentence; `detail` is for the log. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly violations: readonly Violation[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly proposalId: string | undefined;

  constructor(code: ErrorCode, publicMessage: string, options: AppErrorOptions = {}) {
    super(publicMessage, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.detail = options.detail;
    this.violations = options.violations;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.proposalId = options.proposalId;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }
}

/** The public sentence of INTERNAL_ERROR, whose cause is for the log only. */
export const INTERNAL_ERROR_MESSAGE = "Something went wrong on our side.";

/** The refusal of what has not begun when its service stops. */
export const shuttingDown = (): AppError =>
  new AppError("SHUTTING_DOWN", "The service is shutting down. Try again shortly.", {
    retryAfterSeconds: 1,
  });

/** INVALID_INPUT with one violation, as most refusals of input are. */
export const invalidInput = (path: string, message: string): AppError =>
  new AppError("INVALID_INPUT", path === "" ? message : `${path}: ${message}`, {
    violations: [{ path, message }],
  });
