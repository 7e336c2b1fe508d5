import { AppError } from "@allfunds/contract/errors";
import type { Logger } from "@allfunds/platform/logging";
import { inChildSpan, type SpanOptions } from "@allfunds/platform/telemetry";
import type { GraphQLFormattedError } from "graphql";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import type { SubgraphHttp } from "./subgraph-http.ts";
import type { CallContext, SubgraphAnswer, SubgraphRequest } from "./subgraph-request.ts";
import { locateUpstreamError } from "./upstream-error.ts";

/** A subgraph as plans call it. */
export interface SubgraphSource {
  readonly fetch: (request: SubgraphRequest, call: CallContext) => Promise<SubgraphAnswer>;
}

/** A subgraph over HTTP. When it fails, each of its fields is null with a coded error. */
export const subgraphSource = (
  subgraph: SubgraphAddress,
  http: SubgraphHttp,
  logger: Logger,
): SubgraphSource => ({
  async fetch(request, call) {
    try {
      return await inChildSpan(`fetch ${subgraph.name}`, spanOf(request), () =>
        http.send(subgraph, request, call),
      );
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      logger.warn(
        { subgraph: subgraph.name, code: error.code, detail: error.detail },
        "subgraph request failed",
      );
      return { errors: errorsOf(error, request) };
    }
  },
});

function spanOf({ operationName, variables }: SubgraphRequest): SpanOptions {
  const { representations } = variables;
  return {
    kind: "CLIENT",
    attributes: {
      "graphql.operation.name": operationName ?? "",
      ...(Array.isArray(representations) ? { "graphql.entities": representations.length } : {}),
    },
  };
}

/** A subgraph that may not be called: each of its fields is null with the reason, and the others answer. */
export const withheldSource = ({ name }: SubgraphAddress, reason: AppError): SubgraphSource => ({
  fetch: async (request) => ({
    errors: errorsOf(reason, request).map((error) => ({
      ...error,
      extensions: { ...error.extensions, service: name },
    })),
  }),
});

/** The errors of a request that failed as a whole. */
export function errorsOf(
  reason: AppError,
  { query, variables }: SubgraphRequest,
): GraphQLFormattedError[] {
  const representations: unknown = variables["representations"];
  return locateUpstreamError(
    reason,
    query,
    Array.isArray(representations) ? representations.length : undefined,
  );
}
