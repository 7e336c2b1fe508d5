import {
  STANDARD_UPSTREAM_POLICY,
  Upstream,
  type UpstreamKind,
  type UpstreamPolicy,
} from "@allfunds/platform/upstream";
import type { SubgraphAddress } from "../supergraph/routing.ts";

const GRAPHQL: UpstreamKind = {
  probe: {
    method: "POST",
    path: "",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      "user-agent": "allfunds-gateway-probe",
    },
    body: JSON.stringify({ query: "{__typename}" }),
  },
  // A page of a proxy, or half an answer.
  isAnswer: ({ text }) => text.startsWith("{") && text.trimEnd().endsWith("}"),
};

/** The endpoints of each subgraph. */
export class SubgraphUpstreams {
  readonly #policy: UpstreamPolicy;
  readonly #upstreams = new Map<string, Upstream>();

  constructor(policy: Partial<UpstreamPolicy> = {}) {
    this.#policy = { ...STANDARD_UPSTREAM_POLICY, ...policy };
  }

  of({ url }: SubgraphAddress): Upstream {
    const existing = this.#upstreams.get(url);
    if (existing !== undefined) return existing;
    const upstream = new Upstream(url, GRAPHQL, this.#policy);
    this.#upstreams.set(url, upstream);
    return upstream;
  }

  /** Lets go of other subgraphs; their connections close when their requests have ended. */
  keepOnly(subgraphs: readonly SubgraphAddress[]): void {
    const urls = new Set(subgraphs.map(({ url }) => url));
    for (const [url, upstream] of this.#upstreams) {
      if (urls.has(url)) continue;
      this.#upstreams.delete(url);
      upstream.retire();
    }
    for (const subgraph of subgraphs) this.of(subgraph);
  }

  /** What is known of each subgraph; requests nothing. */
  reachability(subgraphs: readonly SubgraphAddress[]): Record<string, string> {
    return Object.fromEntries(
      subgraphs.map((subgraph) => {
        const { endpoints } = this.of(subgraph).report;
        const answering = endpoints.filter(({ state, isKnown }) => isKnown && state !== "open");
        const isUnknown = endpoints.every(({ state, isKnown }) => !isKnown && state !== "open");
        if (isUnknown) return [subgraph.name, "not asked yet"];
        if (answering.length === endpoints.length) return [subgraph.name, "reachable"];
        return [
          subgraph.name,
          answering.length === 0
            ? `The ${subgraph.name} service is not available.`
            : `reachable, ${answering.length} of ${endpoints.length} endpoints`,
        ];
      }),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#upstreams.values()].map((upstream) => upstream.close()));
  }
}
