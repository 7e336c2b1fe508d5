import {
  AppError,
  type ErrorCode,
  INTERNAL_ERROR_MESSAGE,
  isErrorCode,
  type Violation,
} from "@allfunds/contract/errors";

import { EndpointFailure } from "@allfunds/platform/upstream";

type Extensions = Readonly<Record<string, unknown>>;

/** One entry of `errors` in a GraphQL answer. None of its fields is guaranteed. */
export interface GraphqlError {
  readonly message?: unknown;
  readonly extensions?: Extensions | null;
  /** Where in the answer: of what a field refuses, and of nothing else. */
  readonly path?: unknown;
}

/** Codes that are caused by the bridge's own request: a REST client can do nothing about them. */
const CAUSED_BY_THE_BRIDGE: ReadonlySet<ErrorCode> = new Set([
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

/** A refusal by the graph, with what it reports beyond code and sentence. */
export class GatewayRefusal extends AppError {
  constructor(code: ErrorCode, message: string, extensions: Extensions) {
    const violations = violationsOf(extensions["violations"]);
    const { proposalId, retryAfterSeconds: wait } = extensions;
    super(code, message, {
      retryAfterSeconds: typeof wait === "number" ? Math.ceil(wait) : undefined,
      ...(violations === undefined ? {} : { violations }),
      ...(typeof proposalId === "string" ? { proposalId } : {}),
    });
  }
}

/** The gateway's first error as a refusal for the client. An error without a stable code is masked. */
export function refusalOf(errors: readonly GraphqlError[]): AppError {
  const { message, extensions, path } = errors[0] ?? {};
  const code = extensions?.["code"];
  // A field did not find what the client named; without one the gateway did not find the bridge's address.
  const isMissing = code === "NOT_FOUND" && Array.isArray(path);
  // The bridge wrote the request: what cannot be read was damaged on its way, and had no effect.
  if (code === "MALFORMED_REQUEST") return unreachable(`the gateway answered ${code}`);
  if (isErrorCode(code) && (isMissing || !CAUSED_BY_THE_BRIDGE.has(code))) {
    return new GatewayRefusal(code, String(message), extensions ?? {});
  }
  return internalError(`the gateway answered ${String(code)}: ${String(message)}`);
}

const TIMEOUTS = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** The refusal when no answer arrived: in time, or because the gateway cannot be reached. */
export function transportError(thrown: unknown): AppError {
  // The reason of an abort, when the client has gone.
  if (thrown instanceof AppError) return thrown;
  const { name, message } = thrown as { name?: string; message?: string };
  const isSilent = thrown instanceof EndpointFailure && thrown.kind === "silent";
  const cause = thrown instanceof EndpointFailure ? thrown.cause : thrown;
  const code = (cause as { code?: string } | undefined)?.code;
  const options = { cause: thrown, detail: `${code ?? name}: ${message}` };
  if (isSilent || name === "TimeoutError" || (code !== undefined && TIMEOUTS.has(code))) {
    return new AppError(
      "UPSTREAM_TIMEOUT",
      "The answer did not arrive in time. A write may still take effect: repeat it with the same Idempotency-Key.",
      options,
    );
  }
  return unreachable(options.detail, thrown);
}

const unreachable = (detail: string, cause?: unknown): AppError =>
  new AppError("UPSTREAM_UNAVAILABLE", "The graph cannot be reached at the moment.", {
    detail,
    cause,
  });

/** A failure whose detail goes to the log only. */
export const internalError = (detail: string): AppError =>
  new AppError("INTERNAL_ERROR", INTERNAL_ERROR_MESSAGE, { detail });

/** A field that the graph may leave null, and never does without an error. */
export function requireField<Value>(value: Value | null, name: string): Value {
  if (value === null) throw internalError(`the graph answered null for ${name} without an error`);
  return value;
}

function violationsOf(value: unknown): Violation[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item: unknown) => {
    const { path, message } = (item ?? {}) as Partial<Violation>;
    return typeof path === "string" && typeof message === "string" ? [{ path, message }] : [];
  });
}
