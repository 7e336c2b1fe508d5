import { createFakeGraph } from "@allfunds/graph-tools/fake-graph";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import type { FakeContext, FakeGraph } from "./fake-graph.fixture.ts";

/** Serves a fake graph over HTTP as the gateway does, with the same coded errors. */
export async function serveFakeGraph(graph: FakeGraph, port = 0) {
  const logger = createLogger("fake-graph", "silent");
  const server = createHttpServer({
    service: "fake-graph",
    logger,
    authentication: OPEN_TO_ALL,
    bodyLimit: 4 * 1024 * 1024,
  });
  server.app.addHook("onRequest", async ({ url: path, headers }, reply) => {
    if (path !== "/graphql") return;
    graph.headers.push(headers);
    void reply.headers({
      "ratelimit-policy": '"cost";q=1000;w=60',
      ratelimit: '"cost";r=990;t=0',
    });
  });
  const closeGraphql = await serveGraphql<FakeContext>({
    schema: createFakeGraph(graph.resolvers),
    server,
    logger,
    createContext: (request) => ({ request }),
    awaitPositions: async ({ positions, seen }) => {
      for (const [book, position] of positions ?? []) seen?.note(book, position + 1);
    },
  });
  const url = await server.app.listen({ host: "127.0.0.1", port });
  return {
    url,
    close: async () => {
      await server.app.close();
      await closeGraphql();
    },
  };
}
