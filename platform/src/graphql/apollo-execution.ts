import type {
  GatewayExecutionResult,
  GatewayInterface,
  GatewayLoadResult,
} from "@apollo/server-gateway-interface";
import type { GraphQLSchema } from "graphql";
import { executeOperation } from "./execute-operation.ts";

/** A schema in the one shape in which Apollo Server leaves execution to somebody else: that of a gateway. */
export class ApolloExecution implements GatewayInterface {
  readonly #schema: GraphQLSchema;

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  onSchemaLoadOrUpdate(callback: Parameters<GatewayInterface["onSchemaLoadOrUpdate"]>[0]) {
    // The document is for plugins that look at a supergraph: there is none here, and none of them.
    callback({ apiSchema: this.#schema, coreSupergraphSdl: "" });
    return () => undefined;
  }

  async load(): Promise<GatewayLoadResult> {
    return {
      executor: async ({ schema, document, request, context }) => {
        const result = await executeOperation({
          schema,
          document,
          operationName: request.operationName,
          variableValues: request.variables,
          contextValue: context,
        });
        return result as GatewayExecutionResult;
      },
    };
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
