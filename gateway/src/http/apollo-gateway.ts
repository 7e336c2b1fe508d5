import type { RequestContext } from "@allfunds/platform/context";
import type {
  GatewayExecutionResult,
  GatewayGraphQLRequestContext,
  GatewayInterface,
  GatewayLoadResult,
  GatewaySchemaLoadOrUpdateCallback,
  GatewayUnsubscriber,
} from "@apollo/server-gateway-interface";
import type { Executor } from "../execution/executor.ts";
import type { Findings } from "../operation/findings.ts";
import type { OperationRequest } from "../operation/operation-request.ts";
import { chanceOf, planOperation } from "../planning/plan-operation.ts";
import type { CallContext } from "../subgraphs/subgraph-request.ts";
import type { SupergraphSource } from "../supergraph/supergraph-source.ts";

export interface HttpContext {
  readonly request: RequestContext;
  readonly address: string;
  /** The variant of the graph that the caller is served; the whole graph when absent. */
  readonly variant: string | undefined;
  readonly call: CallContext;
  /** The variables of a GET request, with every digit of their numbers; Apollo Server would round these. */
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  /** The admitted request and the guard's findings, before the operation runs. */
  checked?: { readonly request: OperationRequest; readonly found: Findings };
}

/** The executor behind the gateway interface of Apollo Server. */
export class ApolloGatewayAdapter implements GatewayInterface {
  readonly #source: SupergraphSource;
  readonly #executor: Executor;

  constructor(source: SupergraphSource, executor: Executor) {
    this.#source = source;
    this.#executor = executor;
  }

  onSchemaLoadOrUpdate(callback: GatewaySchemaLoadOrUpdateCallback): GatewayUnsubscriber {
    return this.#source.follow((graph) =>
      callback({ apiSchema: graph.apiSchema, coreSupergraphSdl: graph.sdl }),
    );
  }

  async load(): Promise<GatewayLoadResult> {
    return {
      executor: async (request) =>
        this.#execute(request as GatewayGraphQLRequestContext<HttpContext>),
    };
  }

  async stop(): Promise<void> {
    await this.#source.close();
  }

  async #execute(
    request: GatewayGraphQLRequestContext<HttpContext>,
  ): Promise<GatewayExecutionResult> {
    const { call, checked } = request.context;
    if (checked === undefined)
      throw new Error("an operation reached the executor without the guard");
    const { found } = checked;
    const { graph } = checked.request;
    const result = await this.#executor.execute({
      graph,
      operation: await planOperation(
        graph,
        found,
        request.source,
        request.request.operationName,
        chanceOf(call.traceId),
      ),
      variables: checked.request.variables,
      call,
      found,
      request: checked.request,
    });
    return result as GatewayExecutionResult;
  }
}
