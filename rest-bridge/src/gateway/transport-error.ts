import { AppError } from "@allfunds/contract/errors";

const TIMED_OUT = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** No answer came: either not in time, or the gateway could not be reached at all. */
export function transportError(thrown: unknown): AppError {
  const { name, code, message } = thrown as { name?: string; code?: string; message?: string };
  const options = { cause: thrown, detail: `${code ?? name}: ${message}` };
  if (name === "TimeoutError" || (code !== undefined && TIMED_OUT.has(code))) {
    return new AppError(
      "UPSTREAM_TIMEOUT",
      "The answer did not come in time. A write may still take effect: repeat it with the same Idempotency-Key.",
      options,
    );
  }
  return new AppError(
    "UPSTREAM_UNAVAILABLE",
    "The graph cannot be reached at the moment.",
    options,
  );
}
