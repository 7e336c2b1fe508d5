import type { GraphQLFormattedError, GraphQLSchema } from "graphql";
import { AppError } from "@allfunds/contract/errors";
import { isTracing } from "@allfunds/platform/telemetry";
import { type Endpoint, NoEndpoint } from "@allfunds/platform/upstream";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import { EndpointSockets, sizeOf } from "./endpoint-sockets.ts";
import { PublishedEvent } from "./published-event.ts";
import { readEvent } from "./read-answer.ts";
import { ResumableSubscription } from "./resume-subscription.ts";
import {
  type CallContext,
  sharingKey,
  type SubgraphAnswer,
  type SubgraphRequest,
} from "./subgraph-request.ts";
import type { SubgraphUpstreams } from "./subgraph-upstreams.ts";
import { withHeaderRules } from "./traffic-policy.ts";
import { upstreamError } from "./upstream-error.ts";

/** Receives a subscription: any number of events, then one end. */
export interface SubscriptionHandler {
  readonly event: (event: PublishedEvent, bytes: number) => void;
  /** The subgraph refused the subscription, or its connection was lost. */
  readonly failed: (reason: readonly GraphQLFormattedError[]) => void;
  readonly completed: () => void;
}

/** A subscription as its subgraph gets it. */
export interface SubscriptionRequest {
  readonly subgraph: SubgraphAddress;
  readonly request: SubgraphRequest;
  readonly call: CallContext;
  /** The schema, which shows whether the subscription has a cursor. */
  readonly schema: GraphQLSchema;
  /** False for a subscription that ends with its endpoint, also where it could go on at another. */
  readonly resumes?: false;
}

/** How long a feed looks for an endpoint to go on at, and how often. */
const RESUME_LIMIT_MS = 10_000;
const RESUME_EVERY_MS = 100;

/** One subscription at a subgraph, for all that subscribed to the same with the same credentials. */
interface Upstream {
  readonly handlers: Set<SubscriptionHandler>;
  /** Whether the first event came: who joins later would miss it. */
  hasBegun: boolean;
  end: () => void;
}

/**
 * Subscribes at subgraphs. Equal subscriptions of one caller are one at the subgraph, if the later comes before
 * the first event. When an endpoint is lost, feeds go on at another behind their last event, and so does what
 * was not sent yet; other subscriptions end, because events may be missing.
 */
export class SubgraphSockets {
  readonly #upstreams = new Map<string, Upstream>();
  readonly #endpoints: SubgraphUpstreams;
  readonly #sockets = new EndpointSockets();

  constructor(endpoints: SubgraphUpstreams) {
    this.#endpoints = endpoints;
  }

  /** Starts a subscription and returns the function that ends it. */
  subscribe(request: SubscriptionRequest, handler: SubscriptionHandler): () => void {
    const key = sharingKey(request.subgraph.url, JSON.stringify(request.request), request.call);
    const existing = this.#upstreams.get(key);
    const upstream =
      existing === undefined || existing.hasBegun ? this.#start(key, request) : existing;
    // A handler may subscribe twice, and each subscription ends by itself.
    const own = { ...handler };
    upstream.handlers.add(own);
    return () => {
      if (upstream.handlers.delete(own) && upstream.handlers.size === 0) {
        this.#evict(key, upstream);
        upstream.end();
      }
    };
  }

  #start(key: string, request: SubscriptionRequest): Upstream {
    const upstream: Upstream = { handlers: new Set(), hasBegun: false, end: () => undefined };
    this.#upstreams.set(key, upstream);
    this.#connect(request, upstream, (report) => {
      this.#evict(key, upstream);
      for (const handler of upstream.handlers) report(handler);
      upstream.handlers.clear();
    });
    return upstream;
  }

  /** Subscribes at one endpoint after the other, as long as nothing is lost by it. */
  #connect(
    { subgraph, request, call, schema, resumes }: SubscriptionRequest,
    upstream: Upstream,
    over: (report: (handler: SubscriptionHandler) => void) => void,
  ): void {
    const feed = resumes === false ? undefined : ResumableSubscription.of(request, schema);
    const tried = new Set<Endpoint>();
    const policy = this.#endpoints.policyOf(subgraph.name);
    const { headers } = withHeaderRules(call, policy);
    let lostAt: number | undefined;
    const fail = (reason: unknown): void =>
      over((handler) => handler.failed([lossOf(subgraph.name, reason)]));
    const goOnLater = (reason: unknown): void => {
      tried.clear();
      lostAt ??= performance.now();
      if (performance.now() - lostAt > RESUME_LIMIT_MS) return fail(reason);
      const timer = setTimeout(connect, RESUME_EVERY_MS).unref();
      upstream.end = () => clearTimeout(timer);
    };
    const connect = (): void => {
      const endpoint = this.#endpointFor(subgraph, tried);
      if (endpoint instanceof NoEndpoint) {
        if (lostAt !== undefined) goOnLater(endpoint);
        // The caller has its function to end the subscription first.
        else setImmediate(fail, endpoint);
        return;
      }
      tried.add(endpoint);
      const sent = feed?.request ?? request;
      upstream.end = this.#sockets.subscribe({ endpoint, subgraph, policy, headers }, sent, {
        next: (payload) => {
          lostAt = undefined;
          tried.clear();
          feed?.see(payload);
          publish(upstream, subgraph.name, payload);
        },
        completed: () => over((handler) => handler.completed()),
        refused: (failure) => over((handler) => handler.failed(failure)),
        retired: fail,
        unsent: connect,
        lost: (reason) => {
          if (feed?.isPlaced !== true) return fail(reason);
          lostAt ??= performance.now();
          connect();
        },
      });
    };
    connect();
  }

  #endpointFor(subgraph: SubgraphAddress, tried: ReadonlySet<Endpoint>): Endpoint | NoEndpoint {
    try {
      return this.#endpoints.of(subgraph).endpointForSocket(tried);
    } catch (error) {
      if (error instanceof NoEndpoint) return error;
      throw error;
    }
  }

  #evict(key: string, upstream: Upstream): void {
    if (this.#upstreams.get(key) === upstream) this.#upstreams.delete(key);
  }

  /** Closes the sockets to other subgraphs; their subscriptions fail as when a subgraph is lost. */
  keepOnly(subgraphs: readonly SubgraphAddress[]): void {
    this.#sockets.keepOnly(subgraphs);
  }

  async close(): Promise<void> {
    await this.#sockets.close();
  }
}

function publish(upstream: Upstream, subgraph: string, payload: unknown): void {
  upstream.hasBegun = true;
  const event = new PublishedEvent(eventOf(subgraph, payload), upstream.handlers.size > 1);
  const bytes = sizeOf(payload);
  for (const handler of upstream.handlers) handler.event(event, bytes);
}

/** An event; one that cannot be read is an error in its place, and the next ones still arrive. */
function eventOf(subgraph: string, payload: unknown): SubgraphAnswer {
  try {
    const event = readEvent(subgraph, payload);
    const traceparent = isTracing() ? traceparentIn(payload) : undefined;
    return traceparent === undefined ? event : { ...event, traceparent };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { data: null, errors: [formatted(subgraph, error)] };
  }
}

function traceparentIn(payload: unknown): string | undefined {
  const { extensions } = payload as { readonly extensions?: { readonly traceparent?: unknown } };
  const traceparent = extensions?.traceparent;
  return typeof traceparent === "string" ? traceparent : undefined;
}

const lossOf = (subgraph: string, reason: unknown): GraphQLFormattedError =>
  formatted(subgraph, upstreamError(subgraph, reason));

const formatted = (service: string, { code, message }: AppError): GraphQLFormattedError => ({
  message,
  extensions: { code, service },
});
