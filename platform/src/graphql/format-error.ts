import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { currentContext } from "../context.ts";
import { databaseRefusal } from "../database/sql-failure.ts";
import { AppError, INTERNAL_ERROR_MESSAGE, isErrorCode } from "@allfunds/contract/errors";
import type { Logger } from "../logging.ts";

const APOLLO_CODES: Readonly<Record<string, string>> = {
  BAD_USER_INPUT: "INVALID_INPUT",
  BAD_REQUEST: "MALFORMED_BODY",
  OPERATION_RESOLUTION_FAILURE: "GRAPHQL_VALIDATION_FAILED",
};

/**
 * Converts any failure to a GraphQL error with a stable code, a public sentence and a trace id.
 * It logs and masks errors without a code.
 */
export function formatGraphqlError(
  formatted: GraphQLFormattedError,
  thrown: unknown,
  logger: Logger,
): GraphQLFormattedError {
  const original = thrown instanceof GraphQLError ? (thrown.originalError ?? thrown) : thrown;
  const place = {
    ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
  };
  const traceId = currentContext()?.traceId;
  const trace = traceId === undefined ? {} : { traceId };

  const refusal = original instanceof AppError ? original : databaseRefusal(original);
  if (refusal !== undefined) {
    if (refusal.status >= 500)
      logger.warn({ err: refusal, detail: refusal.detail }, refusal.message);
    const { violations, proposalId, retryAfterSeconds } = refusal;
    return {
      ...place,
      message: refusal.message,
      extensions: {
        code: refusal.code,
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        ...(violations === undefined ? {} : { violations }),
        ...(proposalId === undefined ? {} : { proposalId }),
        ...trace,
      },
    };
  }
  const sent = formatted.extensions?.["code"];
  const code =
    typeof sent === "string" && Object.hasOwn(APOLLO_CODES, sent) ? APOLLO_CODES[sent] : sent;
  if (isErrorCode(code) && code !== "INTERNAL_ERROR") {
    return {
      ...place,
      message: formatted.message,
      extensions: { ...keptExtensions(formatted), code, ...trace },
    };
  }
  logger.error({ err: original }, "masked an error without a code");
  return {
    ...place,
    message: INTERNAL_ERROR_MESSAGE,
    extensions: { code: "INTERNAL_ERROR", ...trace },
  };
}

/** Keeps an upstream's trace and violations; drops stack traces and internals. */
const keptExtensions = ({ extensions }: GraphQLFormattedError): Record<string, unknown> =>
  Object.fromEntries(
    ["violations", "proposalId", "service", "traceId", "retryAfterSeconds"].flatMap((name) =>
      extensions?.[name] === undefined ? [] : [[name, extensions[name]]],
    ),
  );
