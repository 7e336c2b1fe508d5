import { type AppError, ERROR_CODES } from "@allfunds/contract/errors";
import { authenticateHeaders } from "@allfunds/platform/auth";
import type { ErrorRenderer } from "@allfunds/platform/http";
import type { KnownBudgets } from "../gateway/known-budgets.ts";
import { resourceMetadataOf } from "../assistants/serve-assistants.ts";
import { PROBLEM_TYPE, problemTypeOf } from "../openapi/problem-schema.ts";
import { answeredVersion, problemIn, versionHeaders } from "../versions/api-version.ts";

/** An answer is taken for no other type, and kept by no cache unless its endpoint decides otherwise. */
export const PROTECTION = { "x-content-type-options": "nosniff", "cache-control": "no-store" };

/** Statuses after which a client may repeat its request, and when, in seconds. */
const RETRY_AFTER_SECONDS: Readonly<Record<number, string>> = { 429: "1", 503: "1", 504: "1" };

/** Renders every refusal of the bridge as RFC 9457 problem details, whose types are pages at its public address. With the budget of a known caller. */
export const problemRenderer =
  (publicUrl: string, budgets: Pick<KnownBudgets, "headersFor">): ErrorRenderer =>
  (error, traceId, request, caller) => {
    const retryAfter = retryAfterOf(error);
    const version = answeredVersion(request.headers, caller);
    return {
      contentType: `${PROBLEM_TYPE}; charset=utf-8`,
      body: problemIn(version, {
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
        ...PROTECTION,
        ...(request.url.startsWith("/api/") ? versionHeaders(version) : {}),
        ...budgets.headersFor(request.headers.authorization),
        ...challenge(error, request, publicUrl),
        ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
      },
    };
  };

/** The gateway reports when the client's budget is refilled; other refusals pass within seconds. */
function retryAfterOf(error: AppError): string | undefined {
  const { retryAfterSeconds, status } = error;
  return retryAfterSeconds === undefined ? RETRY_AFTER_SECONDS[status] : String(retryAfterSeconds);
}

function challenge(
  error: AppError,
  { url, headers }: Parameters<ErrorRenderer>[2],
  publicUrl: string,
): Readonly<Record<string, string>> {
  const required = authenticateHeaders(error, headers.authorization);
  const own = required["www-authenticate"];
  const metadata = resourceMetadataOf(url, publicUrl);
  if (own === undefined || metadata === "") return required;
  return { ...required, "www-authenticate": `${own}${own.includes("=") ? "," : ""} ${metadata}` };
}
