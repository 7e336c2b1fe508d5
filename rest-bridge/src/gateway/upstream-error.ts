import { AppError, isErrorCode, type ErrorCode, type Violation } from "@allfunds/contract/errors";

type Extensions = Readonly<Record<string, unknown>>;

/** One entry of `errors` in a GraphQL answer; nothing in it is taken for granted. */
export interface GraphqlError {
  readonly message?: unknown;
  readonly extensions?: Extensions | null;
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

/** A refusal of the graph with what it told beyond code and sentence. */
export class UpstreamRefusal extends AppError {
  /** When to come back, in seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, extensions: Extensions) {
    const violations = violationsOf(extensions["violations"]);
    const { proposalId } = extensions;
    super(code, message, {
      ...(violations === undefined ? {} : { violations }),
      ...(typeof proposalId === "string" ? { proposalId } : {}),
    });
    const wait = extensions["retryAfterSeconds"];
    this.retryAfterSeconds = typeof wait === "number" ? Math.ceil(wait) : undefined;
  }
}

/** The gateway's first error as a refusal of ours; one without a known code is masked. */
export function upstreamError(errors: readonly GraphqlError[]): AppError {
  const { message, extensions } = errors[0] ?? {};
  const code = extensions?.["code"];
  if (isErrorCode(code) && !OUR_FAULT.has(code)) {
    return new UpstreamRefusal(code, String(message), extensions ?? {});
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
