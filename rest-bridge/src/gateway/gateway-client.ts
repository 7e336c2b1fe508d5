import { AppError } from "@allfunds/contract/errors";
import { forwardingHeaders } from "@allfunds/platform/auth";
import {
  POSITION_HEADER,
  UNCHANGED_HEADER,
  writePositions,
  writeUnchanged,
} from "@allfunds/platform/book-positions";
import { TIMEOUT_HEADER, traceparentFor, type RequestContext } from "@allfunds/platform/context";
import { type HttpServer, withDeadline } from "@allfunds/platform/http";
import { inChildSpan } from "@allfunds/platform/telemetry";
import {
  observeUpstreams,
  STANDARD_UPSTREAM_POLICY,
  Upstream,
  type UpstreamAnswer,
  type UpstreamObserver,
} from "@allfunds/platform/upstream";
import type { GraphOperation } from "../graph/graph-types.generated.ts";
import { internalError, refusalOf, transportError, type GraphqlError } from "./gateway-error.ts";
import { BUDGET_HEADERS, KnownBudgets } from "./known-budgets.ts";

export interface GatewayOptions {
  /** Base URL of the gateway, without /graphql, or those of its replicas, separated by commas. */
  readonly url: string;
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
}

/** The caller that an operation runs for. */
export interface OnBehalf {
  readonly context: RequestContext;
  /** The caller's own credentials; the gateway verifies them again. */
  readonly authorization: string | undefined;
  /** Aborted when the client has gone: a query ends with it, a mutation does not. */
  readonly gone?: AbortSignal | undefined;
  /** Receives the headers of the gateway's answer that are for the client. */
  readonly passOn?: ((name: string, value: string) => void) | undefined;
}

/** Longer than the gateway waits for a silent subgraph: its answer is to arrive. */
const SILENCE_LIMIT_MS = 5_000;

/** Names the gateway in metrics. */
const UPSTREAM = "gateway";

/** Sends GraphQL operations to the gateway, or to its replicas, over kept-alive connections. */
export class GatewayClient {
  /** Of the callers whom the gateway has answered. */
  readonly budgets = new KnownBudgets();
  readonly #upstream: Upstream;
  readonly #options: GatewayOptions;
  #observer: Omit<UpstreamObserver, "changed"> | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#upstream = new Upstream(
      options.url,
      {
        probe: { method: "GET", path: "/health/live", headers: {} },
        // The reader of an answer judges it: a page of a proxy has a code of its own.
        isAnswer: () => true,
      },
      { ...STANDARD_UPSTREAM_POLICY, silenceLimitMs: SILENCE_LIMIT_MS },
      {
        attempted: (outcome, durationMs) => this.#observer?.attempted(outcome, durationMs),
        repeated: () => this.#observer?.repeated(),
        changed: () => undefined,
      },
    );
  }

  /** Returns all of the data or throws an AppError: data beside errors is partial and does not count. */
  async execute<Result, Variables extends object>(
    operation: GraphOperation<Result, Variables>,
    variables: Variables,
    behalf: OnBehalf,
  ): Promise<Result> {
    const { status, text } = await inChildSpan(
      `gateway ${operation.name}`,
      { kind: "CLIENT" },
      () => this.#post(operation, variables, behalf),
    );
    const { data, errors } = readAnswer(status, text);
    if (errors !== undefined && errors.length > 0) throw refusalOf(errors);
    if (data === undefined || data === null) throw internalError(`no data, status ${status}`);
    return data as Result;
  }

  /** Adds what the gateway's replicas do to the metrics. */
  observe(registry: HttpServer["registry"]): void {
    const observerOf = observeUpstreams(
      registry,
      () => new Map([[UPSTREAM, this.#upstream.report]]),
    );
    this.#observer = observerOf(UPSTREAM);
  }

  /** Resolves when the gateway reports that it is ready. */
  async checkReady(): Promise<void> {
    const { status } = await this.#upstream.request({
      method: "GET",
      path: "/health/ready",
      headers: {},
      signal: AbortSignal.timeout(1_000),
      isRead: true,
      isRepeatable: true,
    });
    if (status !== 200) throw new Error("the gateway is not ready");
  }

  close(): Promise<void> {
    return this.#upstream.close();
  }

  async #post(
    { name, kind, document }: Pick<GraphOperation, "name" | "kind" | "document">,
    variables: object,
    behalf: OnBehalf,
  ): Promise<UpstreamAnswer> {
    const { queryTimeoutMs, mutationTimeoutMs } = this.#options;
    const isMutation = kind === "mutation";
    const timeoutMs = isMutation ? mutationTimeoutMs : queryTimeoutMs;
    try {
      return await withDeadline(timeoutMs, isMutation ? undefined : behalf.gone, async (signal) => {
        const answer = await this.#upstream.request({
          method: "POST",
          path: "/graphql",
          headers: { ...headersFor(behalf), [TIMEOUT_HEADER]: String(timeoutMs) },
          body: JSON.stringify({ query: document, variables, operationName: name }),
          signal,
          isRead: !isMutation,
          // With its key a mutation takes effect once, however often it arrives.
          isRepeatable: !isMutation || behalf.context.idempotencyKey !== undefined,
        });
        const positions = answer.headers[POSITION_HEADER];
        if (typeof positions === "string") behalf.context.seen?.noteHeader(positions);
        this.budgets.note(behalf.authorization, answer.headers);
        for (const name of BUDGET_HEADERS) {
          const value = answer.headers[name];
          if (typeof value === "string") behalf.passOn?.(name, value);
        }
        return answer;
      });
    } catch (error) {
      throw transportError(error);
    }
  }
}

function headersFor({ context, authorization }: OnBehalf): Record<string, string> {
  const { traceId, idempotencyKey, unchanged, positions, clientAddress } = context;
  return {
    "content-type": "application/json",
    accept: "application/json",
    traceparent: traceparentFor(traceId),
    ...(authorization === undefined ? {} : { authorization }),
    ...forwardingHeaders(context),
    ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    ...(unchanged === undefined ? {} : { [UNCHANGED_HEADER]: writeUnchanged(unchanged) }),
    ...(positions === undefined ? {} : { [POSITION_HEADER]: writePositions(positions) }),
    // The address that the bridge established, not what the client claims: the gateway counts and records by it.
    ...(clientAddress === undefined ? {} : { "x-forwarded-for": clientAddress }),
  };
}

interface GraphqlAnswer {
  readonly data?: unknown;
  readonly errors?: readonly GraphqlError[];
}

function readAnswer(status: number, text: string): GraphqlAnswer {
  const answer = parseObject(text);
  if (Array.isArray(answer?.errors) || status === 200) {
    if (answer !== undefined) return answer;
    throw internalError("the gateway's answer is not JSON");
  }
  // A proxy in between, or a gateway that shuts down, sends a body of another form.
  if (status >= 502 && status <= 504) {
    throw new AppError(
      status === 504 ? "UPSTREAM_TIMEOUT" : "UPSTREAM_UNAVAILABLE",
      "The graph cannot answer at the moment.",
      { detail: `the gateway answered ${status}` },
    );
  }
  throw internalError(`the gateway answered ${status} without GraphQL errors`);
}

function parseObject(text: string): GraphqlAnswer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
