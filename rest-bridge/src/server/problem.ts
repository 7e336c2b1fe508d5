import { type AppError, ERROR_CODES, type ErrorCode } from "@allfunds/contract/errors";
import { authenticateChallenge } from "@allfunds/platform/auth";
import type { ErrorRenderer } from "@allfunds/platform/http";
import { PROBLEM_TYPE, problemTypeOf } from "../openapi/problem-schema.ts";
import { answeredVersion, problemIn } from "../versions/api-version.ts";

/** Statuses after which a client may repeat its request, and when, in seconds. */
const RETRY_AFTER_SECONDS: Readonly<Record<number, string>> = { 503: "1", 504: "1" };

/** Renders every refusal of the bridge as RFC 9457 problem details, whose types are pages at its public address. */
export const problemRenderer =
  (publicUrl: string): ErrorRenderer =>
  (error, traceId, request, caller) => {
    const retryAfter = retryAfterOf(error);
    return {
      contentType: PROBLEM_TYPE,
      body: problemIn(answeredVersion(request.headers, caller), {
        type: problemTypeOf(error.code, publicUrl),
        title: ERROR_CODES[error.code].title,
        status: error.status,
        detail: error.message,
        instance: request.url.split("?")[0],
        code: error.code,
        traceId,
        ...(error.violations === undefined ? {} : { violations: error.violations }),
      }),
      headers: {
        "x-trace-id": traceId,
        ...challenge(error.code, request.headers.authorization),
        ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
      },
    };
  };

/** The gateway reports when the client's budget is refilled; other refusals pass within seconds. */
function retryAfterOf(error: AppError): string | undefined {
  const { retryAfterSeconds, status } = error;
  return retryAfterSeconds === undefined ? RETRY_AFTER_SECONDS[status] : String(retryAfterSeconds);
}

const challenge = (
  code: ErrorCode,
  authorization: string | undefined,
): Readonly<Record<string, string>> =>
  code === "UNAUTHENTICATED" || code === "STEP_UP_REQUIRED"
    ? { "www-authenticate": authenticateChallenge(code, authorization) }
    : {};
