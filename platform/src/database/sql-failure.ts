import { AppError, type ErrorCode } from "@allfunds/contract/errors";
import { isConnectionFailure } from "./connection-failure.ts";

/** What a failure of the server means for the client: code, sentence, seconds until another attempt is of use. */
type Meaning = readonly [code: ErrorCode, sentence: string, retryAfterSeconds: number];

const UNREACHABLE: Meaning = [
  "UPSTREAM_UNAVAILABLE",
  "An upstream server cannot be reached. Try again shortly.",
  1,
];
const REFUSED: Meaning = [
  "UPSTREAM_UNAVAILABLE",
  "The database does not admit this service. Try again shortly.",
  5,
];
const FULL: Meaning = ["STORAGE_FULL", "The database has no space to store more.", 30];
const NO_SPACE: Meaning = ["STORAGE_FULL", "There is no space to store more.", 30];
const BUSY: Meaning = ["OVERLOADED", "The database has more work than it can do.", 2];
const CONTESTED: Meaning = [
  "OVERLOADED",
  "Another write changed the same rows at the same time. Repeat the request.",
  1,
];

/**
 * The failures of a sound statement on a sound schema, by SQLSTATE.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  "08007": [
    "UPSTREAM_TIMEOUT",
    "The database did not confirm the change, which may have been made. Repeat the request with the same idempotency key.",
    1,
  ],
  // Nothing of the transaction was kept.
  "25P03": UNREACHABLE,
  "25P04": ["UPSTREAM_TIMEOUT", "The database did not answer in the time of the request.", 1],
  "25006": ["READ_ONLY", "The database is a read-only replica and takes no writes.", 5],
  "28000": REFUSED,
  "28P01": REFUSED,
  "3D000": REFUSED,
  "40001": CONTESTED,
  "40P01": CONTESTED,
  "53000": BUSY,
  "53100": FULL,
  "53200": BUSY,
  "53300": BUSY,
  "53400": BUSY,
  "55P03": ["UPSTREAM_TIMEOUT", "Other writes held the same rows for too long.", 1],
  "57014": ["UPSTREAM_TIMEOUT", "The database did not answer in the time of the request.", 1],
  "57P04": REFUSED,
  "57P05": UNREACHABLE,
  "58000": FULL,
  "58030": FULL,
  // Of files that a service writes itself.
  EDQUOT: NO_SPACE,
  ENOSPC: NO_SPACE,
};

/** A text with U+0000, in a text column and in JSON: nothing in a request can be stored or found by it. */
const UNSTORABLE: ReadonlySet<unknown> = new Set(["22021", "22P05"]);
/** Of JSON with half of a surrogate pair, which is invalid input of its type like any other. */
const HALF_PAIR = /^Unicode (?:high|low) surrogate/;

/** Whether what was to be stored or found has a text that PostgreSQL refuses to store. */
function isUnstorable(thrown: unknown): boolean {
  const { code, detail = "" } = (thrown ?? {}) as { code?: unknown; detail?: string };
  return UNSTORABLE.has(code) || (code === "22P02" && HALF_PAIR.test(detail));
}

/** A certificate of the server or of this service that the other side does not accept, such as one that has ended. */
const TLS_FAULT = /^(?:CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$)/;

/** The meaning of a failure of the connection, or of one that the server ended for a reason of its own. */
function meaningOfConnection(thrown: unknown): Meaning | undefined {
  if (isConnectionFailure(thrown)) return UNREACHABLE;
  const { code, severity } = (thrown ?? {}) as { code?: unknown; severity?: string };
  const isEnded = severity === "FATAL" || severity === "PANIC";
  return isEnded || (typeof code === "string" && TLS_FAULT.test(code)) ? REFUSED : undefined;
}

/** The refusal that a failure of the database leads to; undefined for other failures, whose cause is a fault. */
export function databaseRefusal(thrown: unknown): AppError | undefined {
  const { code, message } = (thrown ?? {}) as { code?: unknown; message?: string };
  if (isUnstorable(thrown)) {
    const sentence =
      "A text has the character U+0000 or half of a surrogate pair, which cannot be stored.";
    return new AppError("INVALID_INPUT", sentence, { cause: thrown });
  }
  const listed = typeof code === "string" ? MEANINGS[code] : undefined;
  const meaning = listed ?? meaningOfConnection(thrown);
  if (meaning === undefined) return undefined;
  const [name, sentence, retryAfterSeconds] = meaning;
  const detail = `${typeof code === "string" ? `${code} ` : ""}${message ?? ""}`;
  return new AppError(name, sentence, { cause: thrown, detail, retryAfterSeconds });
}
