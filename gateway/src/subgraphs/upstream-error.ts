import { AppError } from "@allfunds/contract/errors";

const TIMEOUTS = new Set([
  "TimeoutError",
  "HeadersTimeoutError",
  "BodyTimeoutError",
  "ConnectTimeoutError",
]);

/** A subgraph that could not be asked, or did not answer in time, as a coded error. */
export function upstreamError(subgraph: string, cause: unknown): AppError {
  const name = cause instanceof Error ? cause.name : "";
  const detail = `${subgraph}: ${cause instanceof Error ? cause.message : String(cause)}`;
  return TIMEOUTS.has(name)
    ? new AppError("UPSTREAM_TIMEOUT", `The ${subgraph} service did not answer in time.`, {
        cause,
        detail,
      })
    : new AppError("UPSTREAM_UNAVAILABLE", `The ${subgraph} service is not available.`, {
        cause,
        detail,
      });
}
