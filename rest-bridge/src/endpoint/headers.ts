import type { IncomingHttpHeaders } from "node:http";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import { MAX_BOOKS } from "@allfunds/platform/book-positions";
import { withoutEncoding } from "@allfunds/platform/http";
import type { Endpoint, RequestHeaderDocs } from "./endpoint.ts";

export const IDEMPOTENCY_KEY_HEADER: RequestHeaderDocs = {
  name: "Idempotency-Key",
  description:
    "Your name for this request, 1 to 255 visible ASCII characters. A repeat with the same key takes effect once; another request under it is refused with IDEMPOTENCY_CONFLICT, a repeat while the first runs for long with IDEMPOTENCY_KEY_IN_USE.",
  example: "fee-2026-06",
  schema: { pattern: "^[!-~]{1,255}$" },
};

/** Whether an endpoint takes an idempotency key. */
export const takesKey = ({
  requestHeaders = [],
}: Pick<Endpoint["docs"], "requestHeaders">): boolean =>
  requestHeaders.includes(IDEMPOTENCY_KEY_HEADER);

const ONE_POSITION = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}:\\d{1,15}";

/** Accepted by every endpoint, and part of every answer that read or wrote a book. */
export const POSITION_HEADER_DOCS: RequestHeaderDocs = {
  name: "Allfunds-Position",
  description:
    "Positions of books that the answer must include, `<book>:<position>`, several separated by commas: send the header of an earlier answer to read what it wrote. Refused with CONSISTENCY_TIMEOUT when a service stays behind for 1.5 seconds.",
  example: "018f0000-0000-7000-8000-000000000002:17",
  schema: { pattern: `^ *${ONE_POSITION} *(?:, *${ONE_POSITION} *){0,${MAX_BOOKS - 1}}$` },
};

/** The documentation of the headers that `idempotencyHit` sets. */
export const IDEMPOTENCY_HIT_HEADER = {
  "Idempotent-Replayed": "`true` beside Idempotency-Hit: the name that clients of Stripe look for.",
  "Idempotency-Hit":
    "`true` when the Idempotency-Key was used before: the first answer is sent again, and nothing was written. Absent otherwise.",
};

/** Marks the answer to a repeated request, under our name and Stripe's. */
export const idempotencyHit = (replayed: boolean): Readonly<Record<string, string>> =>
  replayed ? { "idempotency-hit": "true", "idempotent-replayed": "true" } : {};

export const PREFER_HEADER: RequestHeaderDocs = {
  name: "Prefer",
  description:
    "RFC 7240. `respond-async`: answer with 202 and a job, however little work it is. `wait`, such as `wait=30`: answer at once where that is possible.",
  example: "respond-async",
};

/** Whether a Prefer header (RFC 7240) has `respond-async`; unknown preferences are ignored. */
export const prefersAsync = (headers: IncomingHttpHeaders): boolean =>
  prefers(headers, /^\s*respond-async\s*(;|$)/i);

/** Whether the client waits for the answer: `wait` without `respond-async`. */
export const prefersToWait = (headers: IncomingHttpHeaders): boolean =>
  prefers(headers, /^\s*wait\s*=\s*"?\d+"?\s*(;|$)/i) && !prefersAsync(headers);

const prefers = ({ prefer }: IncomingHttpHeaders, preference: RegExp): boolean =>
  (Array.isArray(prefer) ? prefer : [prefer ?? ""]).some((preferences) =>
    preferences.split(",").some((one) => preference.test(one)),
  );

export const IF_NONE_MATCH_HEADER: RequestHeaderDocs = {
  name: "If-None-Match",
  description:
    "The ETag of an earlier answer; when it still holds, the answer is 304 without a body.",
  example: '"Xr5vS1bq0yH3mJk2dPfW9A"',
};

export const IF_MATCH_HEADER: RequestHeaderDocs = {
  name: "If-Match",
  description:
    "The account's ETag as last read. Refused with VERSION_CONFLICT when the account has changed since.",
  example: '"7"',
  schema: { pattern: '^(?:\\*|(?:W/)?"[!#-~]*")$' },
};

/** The strong entity tag of an account at a version. */
export const entityTag = (version: number): string => `"${version}"`;

/**
 * The version that an If-Match header requires; undefined when the header is absent or `*`.
 * A tag that no version can have is a conflict, as is a weak one: If-Match compares strongly.
 */
export function expectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch === "*") return undefined;
  if (!/^(W\/)?"[\x21\x23-\x7e]*"$/.test(ifMatch)) {
    throw invalidInput("If-Match", 'must be one entity tag such as "7"');
  }
  const version = /^"(\d{1,15})"$/.exec(withoutEncoding(ifMatch))?.[1];
  if (version === undefined) {
    throw new AppError("VERSION_CONFLICT", "The entity tag is not one that this service issued.");
  }
  return Number(version);
}
