import { authenticateChallenge, authenticateHeaders } from "@allfunds/platform/auth";
import type { ErrorRenderer } from "@allfunds/platform/http";

/** Renders the error of a request that is no operation in the shape of a GraphQL response. */
export const renderGraphqlError: ErrorRenderer = (error, traceId, request) => ({
  contentType: "application/json; charset=utf-8",
  body: { errors: [{ message: error.message, extensions: { code: error.code, traceId } }] },
  headers: authenticateHeaders(error, request.headers.authorization),
});

/** The `WWW-Authenticate` header for a refusal with this code, where it needs one. */
export const challengeFor = (
  code: unknown,
  authorization: string | undefined,
): string | undefined =>
  code === "UNAUTHENTICATED" || code === "STEP_UP_REQUIRED"
    ? authenticateChallenge(code, authorization)
    : undefined;
