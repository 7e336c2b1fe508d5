import { AppError } from "@allfunds/contract/errors";
import { TRACE_FORMAT } from "@allfunds/platform/context";
import { parseExactJson } from "@allfunds/platform/exact-json";
import type { GraphQLFormattedError } from "graphql";
import type { SubgraphAnswer } from "./subgraph-request.ts";
import { upstreamError } from "./upstream-error.ts";

/**
 * Reads what a subgraph answered over HTTP. Numbers keep every digit. Throws UPSTREAM_UNAVAILABLE when it is
 * no GraphQL answer, as a proxy's error page.
 */
export function readAnswer(subgraph: string, status: number, text: string): SubgraphAnswer {
  let answer: unknown;
  try {
    answer = parseExactJson(text);
  } catch {
    throw upstreamError(subgraph, `answered ${status} with a body that is not JSON`);
  }
  if (status === 400 && wasDamaged(answer))
    throw upstreamError(subgraph, "could not read the request, which was damaged on its way");
  return asAnswer(subgraph, answer, `answered ${status}`);
}

/** Whether a service could not read the HTTP of a request, which the gateway wrote. */
const wasDamaged = (answer: unknown): boolean =>
  isObject(answer) &&
  Array.isArray(answer["errors"]) &&
  readErrors(answer["errors"]).some(
    ({ extensions }) => extensions?.["code"] === "MALFORMED_REQUEST",
  );

/** Reads an event of a subgraph's subscription. Throws UPSTREAM_INVALID when it is no GraphQL answer. */
export const readEvent = (subgraph: string, payload: unknown): SubgraphAnswer =>
  asAnswer(subgraph, payload, "sent an event");

/** An answer in the shape the specification gives it; a subgraph may send null for what it leaves out. */
function asAnswer(subgraph: string, answer: unknown, what: string): SubgraphAnswer {
  if (!isObject(answer)) throw invalidAnswer(subgraph, `${what} that is not an object`);
  const { data, errors, extensions } = answer;
  if (data === undefined && (errors === undefined || errors === null))
    throw upstreamError(subgraph, `${what} without data or errors`);
  if (data !== undefined && data !== null && !isObject(data))
    throw invalidAnswer(subgraph, `${what} with data that is not an object`);
  const read = { data: data ?? null, ...traceIn(extensions) };
  if (errors === undefined || errors === null) return read;
  if (!Array.isArray(errors)) throw invalidAnswer(subgraph, `${what} with errors in no list`);
  return errors.length === 0 ? read : { ...read, errors: readErrors(errors) };
}

function traceIn(extensions: unknown): Pick<SubgraphAnswer, "ftv1"> {
  const ftv1 = isObject(extensions) ? extensions[TRACE_FORMAT] : undefined;
  return typeof ftv1 === "string" ? { ftv1 } : {};
}

/** Errors with the parts that have the right type. An error without a message still is one. */
export const readErrors = (errors: readonly unknown[]): GraphQLFormattedError[] =>
  errors.map((error) => {
    const { message, path, extensions } = isObject(error) ? error : {};
    return {
      message: typeof message === "string" ? message : "",
      ...(isPath(path) ? { path } : {}),
      ...(isObject(extensions) ? { extensions } : {}),
    };
  });

const isPath = (value: unknown): value is (string | number)[] =>
  Array.isArray(value) && value.every((step) => typeof step === "string" || Number.isInteger(step));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The coded error of an answer that breaks the subgraph's schema or the specification. */
export const invalidAnswer = (subgraph: string, detail: string): AppError =>
  new AppError("UPSTREAM_INVALID", `The ${subgraph} service sent an answer that is not valid.`, {
    detail: `${subgraph}: ${detail}`,
  });
