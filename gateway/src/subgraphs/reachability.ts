import type { Graph } from "../supergraph/graph.ts";
import type { SubgraphHttp } from "./subgraph-http.ts";

const PROBE_TIMEOUT_MS = 1_000;

/** Per subgraph "reachable" or the reason why not, found by asking each the smallest question there is. */
export async function reachability(
  graph: Graph,
  http: SubgraphHttp,
): Promise<Record<string, string>> {
  const call = { traceId: "", headers: {}, signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) };
  const probes = graph.subgraphs.map(async (subgraph): Promise<[string, string]> => {
    try {
      await http.send(subgraph, { query: "{__typename}", variables: {} }, call);
      return [subgraph.name, "reachable"];
    } catch (error) {
      return [subgraph.name, error instanceof Error ? error.message : "not reachable"];
    }
  });
  return Object.fromEntries(await Promise.all(probes));
}
