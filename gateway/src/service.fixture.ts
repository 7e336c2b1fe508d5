import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeServices } from "@apollo/composition";
import { createLogger, type Logger } from "@allfunds/platform/logging";
import { parse } from "graphql";
import { createClient, type Client } from "graphql-ws";
import { expect } from "vitest";
import { WebSocket } from "ws";
import { readConfig, type Config } from "./config.ts";
import { STANDARD_LIMITS, type Limits } from "./guard/limits/limits.ts";
import { createService, type Tuning } from "./service.ts";
import {
  SMALL_SUBGRAPHS,
  startSmallSubgraph,
  type SmallSubgraph,
  type SmallSubgraphName,
} from "./small-subgraphs.fixture.ts";

/** Polls a state with a deadline that holds on a busy machine. */
export const eventually = <T>(state: () => T) => expect.poll(state, { timeout: 60_000 });

export interface GatewayAnswer {
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

export interface OpenGateway {
  /** The URL of its GraphQL endpoint. */
  readonly url: string;
  /** The supergraph it serves and watches. */
  readonly supergraphFile: string;
  readonly post: (body: unknown, headers?: Record<string, string>) => Promise<GatewayAnswer>;
  /** Runs one operation over HTTP. */
  readonly run: (
    query: string,
    more?: { variables?: object; operationName?: string; headers?: Record<string, string> },
  ) => Promise<GatewayAnswer>;
  /** A graphql-ws client with these connection parameters. */
  readonly connect: (connectionParams?: Record<string, unknown>) => Client;
  readonly close: () => Promise<void>;
}

export interface OpenOptions extends Omit<Tuning, "limits" | "routing"> {
  readonly config?: Partial<Config>;
  readonly env?: NodeJS.ProcessEnv;
  readonly limits?: Partial<Limits>;
  readonly logger?: Logger;
}

const composed = new Map<string, string>();

/** Composes the schemas of subgraphs, by name, once for all test files of a worker. */
export function compose(schemas: Readonly<Record<string, string>>): string {
  const key = JSON.stringify(schemas);
  const cached = composed.get(key);
  if (cached !== undefined) return cached;
  const { supergraphSdl, errors } = composeServices(
    Object.entries(schemas).map(([name, sdl]) => ({
      name,
      url: "http://127.0.0.1:1/graphql",
      typeDefs: parse(sdl),
    })),
  );
  if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
  composed.set(key, supergraphSdl);
  return supergraphSdl;
}

/**
 * Serves a supergraph, its subgraphs at these origins, on a free port: without access rules and costs unless
 * the environment or the options bring them.
 */
export async function openGateway(
  sdl: string,
  origins: Readonly<Record<string, string>>,
  { config, env, limits, logger = createLogger("gateway", "silent"), ...tuning }: OpenOptions = {},
): Promise<OpenGateway> {
  const directory = await mkdtemp(join(tmpdir(), "gateway-"));
  const supergraphFile = join(directory, "supergraph.graphql");
  await writeFile(supergraphFile, sdl);
  const { server, closers } = await createService(
    {
      ...readConfig([], env ?? { GATEWAY_OPEN: "true" }),
      GATEWAY_SUPERGRAPH: supergraphFile,
      GATEWAY_BODY_LIMIT: 100_000,
      GATEWAY_COST_MODE: "off",
      GATEWAY_BUDGET: 0,
      TRUSTED_PROXIES: [],
      ...config,
    },
    logger,
    {
      limits: { ...STANDARD_LIMITS, ...limits },
      routing: () => ({ baseUrls: origins, portOffset: 0 }),
      ...tuning,
    },
  );
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  const url = `${server.app.listeningOrigin}/graphql`;
  const post: OpenGateway["post"] = async (body, headers = {}) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as object;
    return { status: response.status, headers: response.headers, ...answer };
  };
  return {
    url,
    supergraphFile,
    post,
    run: async (query, { headers, ...body } = {}) => post({ query, ...body }, headers),
    connect: (connectionParams = {}) =>
      createClient({
        url: url.replace("http", "ws"),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams,
      }),
    close: async () => {
      await server.app.close();
      for (const close of closers) await close();
      await rm(directory, { recursive: true });
    },
  };
}

export interface OpenService extends OpenGateway {
  readonly subgraphs: Record<SmallSubgraphName, SmallSubgraph>;
}

/** A gateway with three small subgraphs behind it, all on real sockets. */
export async function openService(options: OpenOptions = {}): Promise<OpenService> {
  const [ledger, metrics, analytics] = await Promise.all([
    startSmallSubgraph("ledger"),
    startSmallSubgraph("metrics"),
    startSmallSubgraph("analytics"),
  ]);
  const subgraphs = { ledger, metrics, analytics };
  const origins = { ledger: ledger.origin, metrics: metrics.origin, analytics: analytics.origin };
  const gateway = await openGateway(compose(SMALL_SUBGRAPHS), origins, options);
  return {
    ...gateway,
    subgraphs,
    close: async () => {
      await gateway.close();
      await Promise.all(Object.values(subgraphs).map((subgraph) => subgraph.close()));
    },
  };
}
