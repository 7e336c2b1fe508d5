import type { ErrorRenderer } from "@allfunds/platform";

/** A request that never became an operation is refused in the shape GraphQL clients read. */
export const renderGraphqlError: ErrorRenderer = (error, traceId) => ({
  contentType: "application/json; charset=utf-8",
  body: { errors: [{ message: error.message, extensions: { code: error.code, traceId } }] },
});
