import { answerNotWanted, withDeadline } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import { activeTraceparent, inSpan } from "@allfunds/platform/telemetry";
import { type ExecutionResult, GraphQLError, OperationTypeNode } from "graphql";
import type { AnswerCache } from "../answer-cache/answer-cache.ts";
import type { AuditLog } from "../audit/audit-log.ts";
import type { OperationFigures } from "../figures/operation-figures.ts";
import type { GatewayPlugin } from "../operation/gateway-plugin.ts";
import type { SubgraphHttp } from "../subgraphs/subgraph-http.ts";
import { endedBy, type CallContext } from "../subgraphs/subgraph-request.ts";
import { subgraphSource, withheldSource } from "../subgraphs/subgraph-source.ts";
import type { Graph } from "../supergraph/graph.ts";
import type { OperationStream } from "./operation-stream.ts";
import { type AnswerPart, runPlanInParts } from "./answer-parts.ts";
import { PartQueue } from "./part-queue.ts";
import { runPlan, type Execution, type PlanRun, type Services } from "./run-plan.ts";
import { subscribeOperation, type SubscriptionOptions } from "./subscribe-operation.ts";
import type { WholeAnswers } from "./whole-answers.ts";

export interface ExecutorOptions extends SubscriptionOptions {
  readonly http: SubgraphHttp;
  readonly logger: Logger;
  /** Runs the plans of queries and mutations; this module's own when absent. */
  readonly runPlan?: typeof runPlan;
  /** The longest time for a query in all, from its arrival, in milliseconds: then it is answered with what there is. */
  readonly requestTimeoutMs: number;
  /** Answers that may be shown for a while, of subgraphs and to whole queries; absent when none are kept. */
  readonly answers?: AnswerCache | undefined;
  readonly wholeAnswers?: WholeAnswers | undefined;
  readonly audit?: AuditLog | undefined;
  readonly figures?: OperationFigures | undefined;
  readonly plugins?: readonly GatewayPlugin[] | undefined;
}

/** The answer with the newest positions of the books in it, for the client's next request. */
const withPosition = (result: ExecutionResult, position: string | undefined): ExecutionResult =>
  position === undefined ? result : { ...result, extensions: { ...result.extensions, position } };

/** Runs planned operations over the subgraphs, for HTTP and WebSocket alike. */
export class Executor {
  readonly #options: ExecutorOptions;
  readonly #sources = new WeakMap<Graph, Services>();

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** Answers a query or a mutation. */
  async execute(execution: Execution): Promise<ExecutionResult> {
    const { runPlan: run = runPlan, wholeAnswers } = this.#options;
    const result = await this.#measured(execution, (one) =>
      wholeAnswers === undefined ? run(one) : wholeAnswers.answer(one, run),
    );
    return withPosition(result, execution.call.seen?.text);
  }

  /** Whether queries can be answered in parts. */
  get givesParts(): boolean {
    return this.#options.runPlan === undefined;
  }

  /** Answers an operation that was planned in parts: each part as soon as it is ready. Its fetches end with the parts. */
  executeInParts(execution: Execution): AsyncGenerator<AnswerPart> {
    const left = new AbortController();
    const parts = new PartQueue<AnswerPart>(() => left.abort(answerNotWanted()));
    const gone = (): AbortSignal =>
      AbortSignal.any([left.signal, ...(execution.call.gone ? [execution.call.gone()] : [])]);
    const ending = { ...execution, call: { ...execution.call, gone } };
    this.#measured(ending, (run) => runPlanInParts(run, (part) => parts.push(part))).then(
      () => parts.end(),
      (error: unknown) => parts.end(error),
    );
    return parts.taken();
  }

  /** Runs an operation in its time, with its trace, its figures and its line in the audit log. */
  async #measured(
    execution: Execution,
    run: (run: PlanRun) => Promise<ExecutionResult>,
  ): Promise<ExecutionResult> {
    const { plan } = execution.operation;
    const services = this.#services(execution);
    const { audit, figures } = this.#options;
    const { request, found } = execution;
    const measured = figures?.began(request);
    try {
      const result = await inSpan(spanNameOf(execution), { parent: parentOf(execution) }, () =>
        this.#inTime(execution, (call) => run({ ...execution, call, plan, services })),
      );
      audit?.answered(request, found, result);
      measured?.(result);
      this.#reportToPlugins(request, result);
      return result;
    } catch (error) {
      const failed = { errors: [new GraphQLError("failed")] };
      audit?.answered(request, found, failed);
      measured?.(failed);
      throw error;
    }
  }

  /** The answer is made: a plugin that fails takes it from no client. */
  #reportToPlugins(request: Execution["request"], result: ExecutionResult): void {
    const { plugins = [], logger } = this.#options;
    for (const { name, answered } of plugins) {
      try {
        answered?.(request, result);
      } catch (error) {
        logger.error({ err: error, plugin: name }, "a plugin failed on an answer");
      }
    }
  }

  /** A query ends with its time limit, counted from its arrival, or with its client. A mutation is not ended: its outcome would be unknown. */
  async #inTime<Result>(
    { operation, call }: Execution,
    run: (call: CallContext) => Promise<Result>,
  ): Promise<Result> {
    if (operation.operation.operation !== OperationTypeNode.QUERY) return run(call);
    const ended = call.gone === undefined ? call : endedBy(call, call.gone());
    const longest = call.arrivedAt + this.#options.requestTimeoutMs;
    const deadline = Math.min(longest, call.deadline ?? longest);
    return withDeadline(Math.max(0, deadline - performance.now()), ended.signal, (signal) =>
      run({ ...call, signal, deadline }),
    );
  }

  /** Starts a subscription whose answers carry fields of every subgraph. */
  subscribe(execution: Execution): OperationStream {
    return subscribeOperation(execution, (one) => this.#services(one), this.#options);
  }

  #services({ graph, found }: Execution): Services {
    if (found.withheld.size === 0) return this.#sourcesOf(graph);
    const withheld = graph.subgraphs.flatMap((subgraph) => {
      const reason = found.withheld.get(subgraph.name);
      return reason === undefined ? [] : [[subgraph.name, withheldSource(subgraph, reason)]];
    });
    return { ...this.#sourcesOf(graph), ...(Object.fromEntries(withheld) as Services) };
  }

  /** Every subgraph of a graph, made once. */
  #sourcesOf(graph: Graph): Services {
    const cached = this.#sources.get(graph);
    if (cached !== undefined) return cached;
    const { http, logger, answers } = this.#options;
    const sources = Object.fromEntries(
      graph.subgraphs.map((subgraph) => {
        const source = subgraphSource(subgraph, http, logger);
        return [subgraph.name, answers?.source(subgraph.name, source) ?? source];
      }),
    );
    this.#sources.set(graph, sources);
    return sources;
  }
}

const spanNameOf = ({ operation: { operation } }: Execution): string =>
  `${operation.operation} ${operation.name?.value ?? ""}`.trim();

/** Over HTTP the request has a span already; on a socket an operation continues the client's trace. */
const parentOf = ({ call }: Execution): string | undefined =>
  activeTraceparent() === undefined ? call.headers["traceparent"] : undefined;
