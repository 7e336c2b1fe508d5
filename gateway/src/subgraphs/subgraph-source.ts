import { AppError } from "@allfunds/contract/errors";
import type { Logger } from "@allfunds/platform/logging";
import type { GraphQLFormattedError } from "graphql";
import type { CallContext } from "../execution/call-context.ts";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import { locateUpstreamError } from "./locate-upstream-error.ts";
import type { SubgraphHttp } from "./subgraph-http.ts";
import type { SubgraphAnswer, SubgraphRequest } from "./subgraph-request.ts";

/** A subgraph as plans ask it. */
export interface SubgraphSource {
  readonly ask: (request: SubgraphRequest, call: CallContext) => Promise<SubgraphAnswer>;
}

/** A subgraph over HTTP. One that fails leaves its fields empty, each with a coded error. */
export const subgraphSource = (
  subgraph: SubgraphAddress,
  http: SubgraphHttp,
  logger: Logger,
): SubgraphSource => ({
  async ask(request, call) {
    try {
      return await http.send(subgraph, request, call);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      logger.warn(
        { subgraph: subgraph.name, code: error.code, detail: error.detail },
        "subgraph request failed",
      );
      return { errors: emptied(error, request) };
    }
  },
});

/** A subgraph that may not be asked: its fields stay empty, each with the reason, and the others answer. */
export const withheldSource = ({ name }: SubgraphAddress, reason: AppError): SubgraphSource => ({
  ask: async (request) => ({
    errors: emptied(reason, request).map((error) => ({
      ...error,
      extensions: { ...error.extensions, service: name },
    })),
  }),
});

function emptied(reason: AppError, { query, variables }: SubgraphRequest): GraphQLFormattedError[] {
  const representations: unknown = variables["representations"];
  return locateUpstreamError(
    reason,
    query,
    Array.isArray(representations) ? representations.length : undefined,
  );
}
