import { AppError, type ErrorCode, INTERNAL_ERROR_MESSAGE } from "@allfunds/contract/errors";
import type { Logger } from "@allfunds/platform/logging";
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from "graphql";

/** Codes of the libraries below, as codes of the project's closed set. */
const PROJECT_CODE: Readonly<Record<string, ErrorCode>> = {
  BAD_REQUEST: "MALFORMED_BODY",
  BAD_USER_INPUT: "INVALID_INPUT",
  OPERATION_RESOLUTION_FAILURE: "OPERATION_NOT_FOUND",
};

/** Codes that mean no more than "it failed": their message may reveal internals. */
const UNCODED = new Set([
  "INTERNAL_SERVER_ERROR",
  "INTERNAL_ERROR",
  "DOWNSTREAM_SERVICE_ERROR",
  "INVALID_GRAPHQL",
]);

interface Result {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
  readonly extensions?: Record<string, unknown> | undefined;
  /** Of a part: the fields of deferred fragments, and whether more parts come. */
  readonly incremental?: readonly { readonly errors?: readonly GraphQLError[] }[] | undefined;
  readonly hasNext?: boolean | undefined;
}

/** An answer, or a part of one, as its client may read it. */
export interface PublicResult extends FormattedExecutionResult {
  readonly incremental?: readonly object[];
  readonly hasNext?: boolean;
}

/** An answer of a socket or a stream, or a part of one, as its client may read it. */
export const publicResult = (
  { data, errors, extensions, incremental, hasNext }: Result,
  traceId: string,
  logger: Logger,
): PublicResult => {
  const asPublic = (reported: readonly GraphQLError[] | undefined) =>
    reported === undefined
      ? {}
      : { errors: reported.map((error) => publicError(error.toJSON(), error, traceId, logger)) };
  return {
    ...(incremental === undefined
      ? { data: data ?? null }
      : { incremental: incremental.map((item) => ({ ...item, ...asPublic(item.errors) })) }),
    ...asPublic(errors),
    ...(extensions === undefined ? {} : { extensions }),
    ...(hasNext === undefined ? {} : { hasNext }),
  };
};

const texts = new WeakMap<object, string>();

/** An answer as JSON, as its client may read it. The data of an answer that many subscribers share is written once. */
export function answerText(result: Result, traceId: string, logger: Logger): string {
  const { data, incremental } = result;
  if (incremental !== undefined || data === undefined || data === null)
    return JSON.stringify(publicResult(result, traceId, logger));
  let text = texts.get(data);
  if (text === undefined) texts.set(data, (text = JSON.stringify(data)));
  const { data: _, ...others } = publicResult({ ...result, data: null }, traceId, logger);
  const rest = JSON.stringify(others).slice(1);
  return `{"data":${text}${rest === "}" ? "" : ","}${rest}`;
}

/**
 * The error as a client may see it: a code, a public sentence and the trace id; never a stack, and the
 * message only where it was coded on purpose. Masked errors go to the log.
 */
export function publicError(
  error: GraphQLFormattedError,
  thrown: unknown,
  traceId: string,
  logger: Logger,
): GraphQLFormattedError {
  const given = error.extensions ?? {};
  const code = codeOf(given["code"], thrown);
  const service = given["service"] ?? given["serviceName"];
  if (code === "UPSTREAM_INVALID")
    // Without a stack, which shows this code only: a list has a hundred of them.
    logger.error(
      { reason: error.message, service, path: error.path },
      "subgraph violated its schema",
    );
  if (code === "INTERNAL_ERROR")
    logger.error({ err: thrown, service, path: error.path }, "error without a code masked");
  return {
    message: code === "INTERNAL_ERROR" ? maskedSentence(service) : sentenceOf(error, thrown),
    ...(error.locations === undefined ? {} : { locations: error.locations }),
    ...(error.path === undefined ? {} : { path: error.path }),
    extensions: {
      code,
      // The subgraph's own trace id wins: its log explains the error.
      traceId: typeof given["traceId"] === "string" ? given["traceId"] : traceId,
      ...(typeof service === "string" ? { service } : {}),
      ...violationsOf(given, thrown),
      ...publicExtensions(given),
    },
  };
}

function codeOf(given: unknown, thrown: unknown): string {
  const original = thrown instanceof GraphQLError ? thrown.originalError : thrown;
  if (original instanceof AppError) return original.code;
  if (isWrongMethod(thrown)) return "METHOD_NOT_ALLOWED";
  if (typeof given !== "string" || UNCODED.has(given)) return "INTERNAL_ERROR";
  return (Object.hasOwn(PROJECT_CODE, given) ? PROJECT_CODE[given] : undefined) ?? given;
}

const isWrongMethod = (thrown: unknown): boolean =>
  thrown instanceof GraphQLError &&
  (thrown.extensions["http"] as { status?: number } | undefined)?.status === 405;

const maskedSentence = (service: unknown): string =>
  typeof service === "string" ? `The ${service} service failed.` : INTERNAL_ERROR_MESSAGE;

const sentenceOf = (error: GraphQLFormattedError, thrown: unknown): string => {
  const original = thrown instanceof GraphQLError ? thrown.originalError : thrown;
  return original instanceof AppError ? original.message : error.message;
};

/** Extensions a client may see beside the code: costs and budgets, the sign-in a step-up needs, and the proposal a second approver must approve. */
const PUBLIC_EXTENSIONS = ["cost", "budget", "retryAfterSeconds", "acr_values", "proposalId"];

const publicExtensions = (given: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    PUBLIC_EXTENSIONS.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );

function violationsOf(
  given: Readonly<Record<string, unknown>>,
  thrown: unknown,
): { violations: unknown } | undefined {
  const original = thrown instanceof GraphQLError ? thrown.originalError : thrown;
  const violations = original instanceof AppError ? original.violations : given["violations"];
  return violations === undefined ? undefined : { violations };
}
