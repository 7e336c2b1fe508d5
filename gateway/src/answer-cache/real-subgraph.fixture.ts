import { buildSubgraphSchema } from "@apollo/subgraph";
import { openContext, type HeaderValues, type RequestContext } from "@allfunds/platform/context";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { parse } from "graphql";

export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])`;

export interface Context {
  readonly request: RequestContext;
}

/** The caller's name is its authorization, as the subgraphs see it. */
export const contextOf = (headers: HeaderValues): RequestContext => ({
  ...openContext(headers),
  actor: String(headers["authorization"]),
});

export interface RealSubgraph {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

type Served = Parameters<typeof serveGraphql<Context>>[0];

/** A subgraph as the project's own are served, with their handling of positions. */
export async function serveSubgraph(
  name: string,
  schema: string,
  resolvers: object,
  { port = 0, ...more }: { readonly port?: number } & Pick<Served, "awaitPositions"> = {},
): Promise<RealSubgraph> {
  const logger = createLogger("test", "silent");
  const server = createHttpServer({
    service: name,
    logger,
    authentication: { contextOf: async (headers) => contextOf(headers) },
  });
  const close = await serveGraphql<Context>({
    schema: buildSubgraphSchema([{ typeDefs: parse(schema), resolvers: resolvers as never }]),
    server,
    logger,
    createContext: (request) => ({ request }),
    ...more,
  });
  await server.app.listen({ host: "127.0.0.1", port });
  return {
    origin: server.app.listeningOrigin,
    close: async () => {
      await close();
      await server.app.close();
    },
  };
}
