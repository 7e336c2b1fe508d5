import { AppError, isErrorCode, type ErrorCode, type Violation } from "@allfunds/platform";

/** One entry of `errors` in a GraphQL answer; nothing in it is taken for granted. */
export interface GraphqlError {
  readonly message?: unknown;
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

/** These speak of how we asked, which a REST client can do nothing about: they are our fault. */
const OUR_FAULT: ReadonlySet<ErrorCode> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "OPERATION_NOT_FOUND",
  "PERSISTED_QUERY_NOT_FOUND",
  "MALFORMED_BODY",
  "METHOD_NOT_ALLOWED",
  "NOT_ACCEPTABLE",
  "NOT_FOUND",
  "UNSUPPORTED_MEDIA_TYPE",
  "INTERNAL_ERROR",
]);

/** The gateway's first error as a refusal of ours; one without a known code is masked. */
export function upstreamError(errors: readonly GraphqlError[]): AppError {
  const { message, extensions } = errors[0] ?? {};
  const code = extensions?.["code"];
  if (isErrorCode(code) && !OUR_FAULT.has(code)) {
    const violations = violationsOf(extensions?.["violations"]);
    return new AppError(code, String(message), violations === undefined ? {} : { violations });
  }
  return internal(`the gateway answered ${String(code)}: ${String(message)}`);
}

/** A failure nobody but the log learns more about. */
export const internal = (detail: string): AppError =>
  new AppError("INTERNAL_ERROR", "Something went wrong on our side.", { detail });

function violationsOf(value: unknown): Violation[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item: unknown) => {
    const { path, message } = (item ?? {}) as Partial<Violation>;
    return typeof path === "string" && typeof message === "string" ? [{ path, message }] : [];
  });
}
