import { withDeadline } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import { GraphQLError, OperationTypeNode, type ExecutionResult } from "graphql";
import type { AuditTrail } from "../audit/audit-trail.ts";
import type { Findings, OperationRequest } from "../guard/operation-request.ts";
import type { Graph } from "../supergraph/graph.ts";
import type { SubgraphHttp } from "../subgraphs/subgraph-http.ts";
import type { SubgraphSockets } from "../subgraphs/subgraph-sockets.ts";
import { subgraphSource, withheldSource } from "../subgraphs/subgraph-source.ts";
import { endedBy, type CallContext } from "./call-context.ts";
import type { PlannedOperation } from "./plan-operation.ts";
import { runPlan, type Services } from "./run-plan.ts";
import type { Variables } from "./variables.ts";
import { subscribeOperation } from "./subscribe-operation.ts";
import type { OperationStream } from "./operation-stream.ts";

export interface ExecutorOptions {
  readonly http: SubgraphHttp;
  readonly sockets: SubgraphSockets;
  readonly logger: Logger;
  /** Longest time for a query in all, however many subgraphs it needs one after the other, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Longest time to complete one event's fields, in milliseconds. */
  readonly eventTimeoutMs: number;
  /** Events a client may be behind before its subscription is ended. */
  readonly queueLimit: number;
  /** Where changes are told. */
  readonly audit?: AuditTrail | undefined;
}

export interface Execution {
  readonly graph: Graph;
  readonly operation: PlannedOperation;
  readonly variables: Variables;
  readonly call: CallContext;
  readonly found: Findings;
  /** What the guard let pass. */
  readonly request: OperationRequest;
  /** Why the next event may not be sent any more; absent where there are no events. */
  readonly refusalOfEvent?: () => Promise<readonly GraphQLError[] | undefined>;
}

/** Runs planned operations over the subgraphs: the one way, whether they came over HTTP or a WebSocket. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #sources = new WeakMap<Graph, Services>();

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** Answers a query or a mutation. */
  async execute(execution: Execution): Promise<ExecutionResult> {
    const { plan } = execution.operation;
    const services = this.#services(execution);
    const { audit } = this.#options;
    const { request, found } = execution;
    try {
      const result = await this.#inTime(execution, (call) =>
        runPlan({ ...execution, call, plan, services }),
      );
      audit?.answered(request, found, result);
      return result;
    } catch (error) {
      audit?.answered(request, found, { errors: [new GraphQLError("failed")] });
      throw error;
    }
  }

  /** A query ends with its time or with its client. A mutation is not cut off: its outcome would be unknown. */
  async #inTime<Result>(
    { operation, call }: Execution,
    run: (call: CallContext) => Promise<Result>,
  ): Promise<Result> {
    if (operation.operation.operation !== OperationTypeNode.QUERY) return run(call);
    const ended = call.gone === undefined ? call : endedBy(call, call.gone());
    return withDeadline(this.#options.requestTimeoutMs, ended.signal, (signal) =>
      run({ ...call, signal }),
    );
  }

  /** Starts a subscription; its answers carry fields of every subgraph. */
  subscribe(execution: Execution): OperationStream {
    return subscribeOperation(execution, this.#services(execution), this.#options);
  }

  #services({ graph, found }: Execution): Services {
    if (found.withheld.size === 0) return this.#allOf(graph);
    const held = graph.subgraphs.flatMap((subgraph) => {
      const reason = found.withheld.get(subgraph.name);
      return reason === undefined ? [] : [[subgraph.name, withheldSource(subgraph, reason)]];
    });
    return { ...this.#allOf(graph), ...(Object.fromEntries(held) as Services) };
  }

  /** Every subgraph of a graph: the same for all its operations. */
  #allOf(graph: Graph): Services {
    const known = this.#sources.get(graph);
    if (known !== undefined) return known;
    const { http, logger } = this.#options;
    const sources = Object.fromEntries(
      graph.subgraphs.map((subgraph) => [subgraph.name, subgraphSource(subgraph, http, logger)]),
    );
    this.#sources.set(graph, sources);
    return sources;
  }
}
