import { AppError, type Logger } from "@allfunds/platform";
import type { GraphQLDataSource } from "@apollo/gateway";
import type { GraphQLFormattedError } from "graphql";
import type { CallContext } from "../execution/call-context.ts";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import { locateUpstreamError } from "./locate-upstream-error.ts";
import type { SubgraphHttp } from "./subgraph-http.ts";

/** A subgraph as the executor asks it. A subgraph that fails leaves its fields empty, each with a coded error. */
export const subgraphSource = (
  subgraph: SubgraphAddress,
  http: SubgraphHttp,
  logger: Logger,
): GraphQLDataSource<{ readonly call: CallContext }> => ({
  async process({ request, context }) {
    const { query = "", variables = {}, operationName } = request;
    const sent =
      operationName === undefined ? { query, variables } : { query, variables, operationName };
    try {
      return await http.send(subgraph, sent, context["call"] as CallContext);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      logger.warn(
        { subgraph: subgraph.name, code: error.code, detail: error.detail },
        "subgraph request failed",
      );
      return { errors: emptied(error, query, variables) };
    }
  },
});

/** A subgraph that may not be asked: its fields stay empty, each with the reason, and the others answer. */
export const withheldSource = ({ name }: SubgraphAddress, reason: AppError): GraphQLDataSource => ({
  process: async ({ request: { query = "", variables = {} } }) => ({
    errors: emptied(reason, query, variables).map((error) => ({
      ...error,
      extensions: { ...error.extensions, service: name },
    })),
  }),
});

function emptied(
  reason: AppError,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): GraphQLFormattedError[] {
  const representations: unknown = variables["representations"];
  return locateUpstreamError(
    reason,
    query,
    Array.isArray(representations) ? representations.length : undefined,
  );
}
