import { type AppError, ERROR_CODES, type ErrorCode } from "@allfunds/contract/errors";
import { authenticateChallenge } from "@allfunds/platform/auth";
import type { ErrorRenderer } from "@allfunds/platform/http";
import { UpstreamRefusal } from "../gateway/upstream-error.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** Refusals that a client may simply repeat a little later, and when, in seconds. */
const RETRY_AFTER_SECONDS: Readonly<Record<number, string>> = { 503: "1", 504: "1" };

/** Every refusal of the bridge as RFC 9457 problem details. */
export const renderProblem: ErrorRenderer = (error, traceId, request) => {
  const retryAfter = retryAfterOf(error);
  return {
    contentType: PROBLEM_TYPE,
    body: {
      type: `urn:allfunds:problem:${error.code}`,
      title: ERROR_CODES[error.code].title,
      status: error.status,
      detail: error.message,
      instance: request.url.split("?")[0],
      code: error.code,
      traceId,
      ...(error.violations === undefined ? {} : { violations: error.violations }),
    },
    headers: {
      "x-trace-id": traceId,
      ...challenge(error.code),
      ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
    },
  };
};

/** The gateway knows how long a client's budget takes to fill; else it is a matter of a moment. */
function retryAfterOf(error: AppError): string | undefined {
  const told = error instanceof UpstreamRefusal ? error.retryAfterSeconds : undefined;
  return told === undefined ? RETRY_AFTER_SECONDS[error.status] : String(told);
}

const challenge = (code: ErrorCode): Readonly<Record<string, string>> =>
  code === "UNAUTHENTICATED" || code === "STEP_UP_REQUIRED"
    ? { "www-authenticate": authenticateChallenge(code) }
    : {};
