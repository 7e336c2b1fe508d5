import { ERROR_CODES, type ErrorRenderer } from "@allfunds/platform";

export const PROBLEM_TYPE = "application/problem+json";

/** Refusals that a client may simply repeat a little later, and when, in seconds. */
const RETRY_AFTER_SECONDS: Readonly<Record<number, string>> = { 503: "1", 504: "1" };

/** Every refusal of the bridge as RFC 9457 problem details. */
export const renderProblem: ErrorRenderer = (error, traceId, request) => {
  const retryAfter = RETRY_AFTER_SECONDS[error.status];
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
    ...(retryAfter === undefined ? {} : { headers: { "retry-after": retryAfter } }),
  };
};
