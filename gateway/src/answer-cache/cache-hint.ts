/** How long an answer may be shown, by the Cache-Control header (RFC 9111, RFC 5861) of its subgraph. */
export interface CacheHint {
  readonly maxAgeMs: number;
  /** How much longer it may be shown while it is read again. */
  readonly staleMs: number;
  /** PUBLIC answers are the same for all callers of a tenant. */
  readonly scope: "PUBLIC" | "PRIVATE";
}

/** The hint of a header; undefined when the answer may not be kept. Without `public` it is the caller's alone. */
export function readCacheControl(header: string | undefined): CacheHint | undefined {
  if (header === undefined) return undefined;
  const directives = new Map(
    header
      .toLowerCase()
      .split(",")
      .map((part) => part.trim().split("=") as [string, string | undefined]),
  );
  if (directives.has("no-store") || directives.has("no-cache")) return undefined;
  const maxAgeMs = millisecondsOf(directives.get("max-age"));
  if (maxAgeMs === 0) return undefined;
  return {
    maxAgeMs,
    staleMs: millisecondsOf(directives.get("stale-while-revalidate")),
    scope: directives.has("public") && !directives.has("private") ? "PUBLIC" : "PRIVATE",
  };
}

const millisecondsOf = (seconds: string | undefined): number =>
  seconds !== undefined && /^\d{1,9}$/.test(seconds) ? 1000 * Number(seconds) : 0;
