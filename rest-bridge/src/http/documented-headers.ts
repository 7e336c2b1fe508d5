import type { RequestHeaderDocs } from "../endpoint.ts";

export const IDEMPOTENCY_KEY_HEADER: RequestHeaderDocs = {
  name: "Idempotency-Key",
  description:
    "Your name for this request, 1 to 255 visible ASCII characters. A repeat with the same key takes effect once; another request under it is refused with IDEMPOTENCY_CONFLICT.",
  example: "fee-2026-06",
};

export const IF_MATCH_HEADER: RequestHeaderDocs = {
  name: "If-Match",
  description:
    "The account's ETag as last seen. Refused with VERSION_CONFLICT when the account has moved on.",
  example: '"7"',
};
