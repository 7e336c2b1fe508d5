const NEW_VERSION = "The app has a new version. Reload the page.";
const OUR_SIDE = "Something went wrong on our side. Try again in a moment.";
const AWAY = "A part of the system is not available. Try again in a moment.";
const SLOW = "A part of the system did not answer in time. Try again in a moment.";

/** Failures of the machinery, in words for people. Every other code brings its own sentence. */
const SENTENCES: Readonly<Record<string, string>> = {
  GRAPHQL_PARSE_FAILED: NEW_VERSION,
  GRAPHQL_VALIDATION_FAILED: NEW_VERSION,
  OPERATION_NOT_FOUND: NEW_VERSION,
  OPERATION_NOT_TRUSTED: NEW_VERSION,
  PERSISTED_QUERY_NOT_FOUND: NEW_VERSION,
  OPERATION_LIMIT_EXCEEDED: "This is too much at once. Choose a shorter range.",
  COST_LIMIT_EXCEEDED: "This is too much at once. Choose a shorter range.",
  MALFORMED_REQUEST: "The request cannot be read. Reload the page and try again.",
  MALFORMED_BODY: "The request cannot be read. Reload the page and try again.",
  INTERNAL_ERROR: OUR_SIDE,
  UPSTREAM_INVALID: OUR_SIDE,
  BOOK_CORRUPT: OUR_SIDE,
  UPSTREAM_UNAVAILABLE: AWAY,
  SHUTTING_DOWN: AWAY,
  SUBSCRIPTION_OVERFLOW: AWAY,
  UPSTREAM_TIMEOUT: SLOW,
  REQUEST_TIMEOUT: SLOW,
  CONSISTENCY_TIMEOUT: "The figures are not up to date yet. Try again in a moment.",
  RATE_LIMITED: "Too many requests in a short time. Try again in a moment.",
};

const UNREADABLE = "A value cannot be read. Check what you entered.";
const UNKNOWN = "Something went wrong. Give the trace id when you report it.";

/** What libraries write about variables, types and connections. */
const MACHINE_WORDS =
  /\$\w|\b(?:Variable|GraphQL|Int|Float|Boolean|undefined|null|NaN|JSON|ECONN\w+|ENOTFOUND|TypeError|fetch failed)\b|\bcannot represent\b/;

/** The sentence for a failure: the graph's own where it was written for people. */
export function sentenceFor(code: string | undefined, message: string): string {
  if (code === undefined) return UNKNOWN;
  const sentence = SENTENCES[code];
  if (sentence !== undefined) return sentence;
  if (!MACHINE_WORDS.test(message)) return message;
  return code.startsWith("INVALID_") || code === "BAD_USER_INPUT" ? UNREADABLE : UNKNOWN;
}
