import type { ErrorRenderer } from "@allfunds/platform/http";
import { challengeFor } from "./challenge.ts";

/** A request that never became an operation is refused in the shape GraphQL clients read. */
export const renderGraphqlError: ErrorRenderer = (error, traceId) => {
  const challenge = challengeFor(error.code);
  return {
    contentType: "application/json; charset=utf-8",
    body: { errors: [{ message: error.message, extensions: { code: error.code, traceId } }] },
    ...(challenge === undefined ? {} : { headers: { "www-authenticate": challenge } }),
  };
};
