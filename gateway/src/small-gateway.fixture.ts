import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeServices } from "@apollo/composition";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { createLogger } from "@allfunds/platform/logging";
import { parse } from "graphql";
import { createClient, type Client } from "graphql-ws";
import { WebSocket } from "ws";
import { createGateway, type GatewayOptions } from "./gateway.ts";
import { STANDARD_LIMITS, type Limits } from "./guard/limits/limits.ts";
import {
  SMALL_SUBGRAPHS,
  startSmallSubgraph,
  type SmallSubgraph,
} from "./small-subgraphs.fixture.ts";

interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: Record<string, unknown> | null;
  readonly extensions?: Record<string, unknown>;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

export interface SmallGateway {
  readonly url: string;
  readonly subgraphs: Record<keyof typeof SMALL_SUBGRAPHS, SmallSubgraph>;
  readonly supergraphFile: string;
  readonly ask: (
    query: string,
    more?: { variables?: object; operationName?: string; headers?: Record<string, string> },
  ) => Promise<GraphqlAnswer>;
  readonly connect: () => Client;
  readonly close: () => Promise<void>;
}

/** Composes small subgraphs at the addresses they have. */
function composeSmall(urls: Readonly<Record<string, string>>): string {
  const composed = composeServices(
    Object.entries(SMALL_SUBGRAPHS).map(([name, sdl]) => ({
      name,
      url: urls[name] ?? "",
      typeDefs: parse(sdl),
    })),
  );
  if (composed.supergraphSdl === undefined) throw new Error(JSON.stringify(composed.errors));
  return composed.supergraphSdl;
}

/** A gateway with three small subgraphs behind it, all on real sockets. */
export async function startSmallGateway({
  limits,
  ...options
}: Partial<Omit<GatewayOptions, "limits">> & {
  limits?: Partial<Limits>;
} = {}): Promise<SmallGateway> {
  const [ledger, metrics, analytics] = await Promise.all([
    startSmallSubgraph("ledger"),
    startSmallSubgraph("metrics"),
    startSmallSubgraph("analytics"),
  ]);
  const directory = await mkdtemp(join(tmpdir(), "gateway-"));
  const supergraphFile = join(directory, "supergraph.graphql");
  await writeFile(
    supergraphFile,
    composeSmall({ ledger: ledger.url, metrics: metrics.url, analytics: analytics.url }),
  );
  const gateway = await createGateway({
    supergraphFile,
    routing: () => ({ baseUrls: {}, portOffset: 0 }),
    logger: createLogger("gateway", "silent"),
    bodyLimit: 100_000,
    introspection: "on",
    limits: { ...STANDARD_LIMITS, ...limits },
    requestTimeoutMs: 5_000,
    queryTimeoutMs: 2_000,
    mutationTimeoutMs: 4_000,
    eventTimeoutMs: 2_000,
    queueLimit: 100,
    mostSockets: 100,
    contextOf: OPEN_TO_ALL.contextOf,
    ...options,
  });
  await gateway.server.app.listen({ host: "127.0.0.1", port: 0 });
  const url = `${gateway.server.app.listeningOrigin}/graphql`;
  const subgraphs = { ledger, metrics, analytics };
  return {
    url,
    subgraphs,
    supergraphFile,
    ask: async (query, { headers, ...body } = {}) => {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ query, ...body }),
      });
      const answer = (await response.json()) as object;
      return { status: response.status, headers: response.headers, ...answer };
    },
    connect: () =>
      createClient({ url: url.replace("http", "ws"), webSocketImpl: WebSocket, retryAttempts: 0 }),
    close: async () => {
      await gateway.server.app.close();
      for (const close of gateway.closers) await close();
      await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
      await rm(directory, { recursive: true });
    },
  };
}
