import type { Logger } from "@allfunds/platform/logging";
import { settleAll } from "@allfunds/platform/settle-all";
import {
  type EndpointState,
  observeUpstreams,
  Upstream,
  type UpstreamKind,
} from "@allfunds/platform/upstream";
import type { HttpServer } from "@allfunds/platform/http";
import type { SubgraphAddress } from "../supergraph/routing.ts";
import type { PolicyOf, SubgraphPolicy } from "./traffic-policy.ts";

/** The probe's `user-agent`. */
export const PROBE_AGENT = "allfunds-gateway-probe";

const graphqlWith = ({ headers }: SubgraphPolicy): UpstreamKind => ({
  probe: {
    method: "POST",
    path: "",
    headers: {
      ...headers.set,
      "content-type": "application/json",
      accept: "application/json",
      "user-agent": PROBE_AGENT,
    },
    body: JSON.stringify({ query: "{__typename}" }),
  },
  // Not a page of a proxy, nor half an answer.
  isAnswer: ({ text }) => text.trimStart().startsWith("{") && text.trimEnd().endsWith("}"),
});

interface RoutedUpstream {
  readonly name: string;
  readonly upstream: Upstream;
}

/** The endpoints of each subgraph, and how they are called. */
export class SubgraphUpstreams {
  readonly policyOf: PolicyOf;
  readonly #upstreams = new Map<string, RoutedUpstream>();
  readonly #logger: Logger;
  #observerOf: ReturnType<typeof observeUpstreams> | undefined;

  constructor(policyOf: PolicyOf, logger: Logger) {
    this.policyOf = policyOf;
    this.#logger = logger;
  }

  of(subgraph: SubgraphAddress): Upstream {
    const key = keyOf(subgraph);
    const existing = this.#upstreams.get(key);
    if (existing !== undefined) return existing.upstream;
    const { name, url } = subgraph;
    const policy = this.policyOf(name);
    const upstream = new Upstream(url, graphqlWith(policy), policy, {
      attempted: (outcome, durationMs) => this.#observerOf?.(name).attempted(outcome, durationMs),
      repeated: () => this.#observerOf?.(name).repeated(),
      changed: (endpoint, state) => this.#log(name, endpoint, state),
    });
    this.#upstreams.set(key, { name, upstream });
    return upstream;
  }

  /** Lets go of other subgraphs; their connections close when their requests have ended. */
  keepOnly(subgraphs: readonly SubgraphAddress[]): void {
    const keys = new Set(subgraphs.map(keyOf));
    for (const [key, { upstream }] of this.#upstreams) {
      if (keys.has(key)) continue;
      this.#upstreams.delete(key);
      upstream.retire();
    }
    for (const subgraph of subgraphs) this.of(subgraph);
  }

  /** Adds requests, repeats, queues and endpoints by subgraph to the metrics. */
  observe(registry: HttpServer["registry"]): void {
    this.#observerOf = observeUpstreams(
      registry,
      () =>
        new Map([...this.#upstreams.values()].map(({ name, upstream }) => [name, upstream.report])),
    );
  }

  #log(subgraph: string, endpoint: string, state: EndpointState): void {
    const line = { subgraph, endpoint, state };
    if (state === "open") this.#logger.warn(line, "endpoint left alone");
    else this.#logger.info(line, state === "trial" ? "endpoint answers again" : "endpoint used");
  }

  /** What is known of each subgraph; requests nothing. */
  reachability(subgraphs: readonly SubgraphAddress[]): Record<string, string> {
    return Object.fromEntries(
      subgraphs.map((subgraph) => [subgraph.name, this.#reachabilityOf(subgraph)]),
    );
  }

  #reachabilityOf(subgraph: SubgraphAddress): string {
    const { endpoints } = this.of(subgraph).report;
    const answering = endpoints.filter(({ state, isKnown }) => isKnown && state !== "open");
    if (answering.length === endpoints.length) return "reachable";
    if (answering.length > 0)
      return `reachable, ${answering.length} of ${endpoints.length} endpoints`;
    return endpoints.some(({ state }) => state === "open")
      ? `The ${subgraph.name} service is not available.`
      : "not known yet";
  }

  async close(): Promise<void> {
    await settleAll([...this.#upstreams.values()].map(({ upstream }) => upstream.close()));
  }
}

const keyOf = ({ name, url }: SubgraphAddress): string => `${name} ${url}`;
