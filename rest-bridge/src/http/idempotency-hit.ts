/** As the document describes it: sent only when a key was met again. */
export const IDEMPOTENCY_HIT_HEADER = {
  "Idempotency-Hit":
    "`true` when the Idempotency-Key was used before: this is the first answer again, and nothing was written. Absent otherwise.",
};

/** Marks an answer that an earlier request with the same key had already. */
export const idempotencyHit = (replayed: boolean): Readonly<Record<string, string>> =>
  replayed ? { "idempotency-hit": "true" } : {};
