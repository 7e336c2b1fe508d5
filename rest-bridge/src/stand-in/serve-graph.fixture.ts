import { readFile } from "node:fs/promises";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { buildSchema, type GraphQLSchema } from "graphql";
import type { StandInGraph } from "./graph.fixture.ts";

/** The types of the composed graph itself, so that no stand-in can drift from it. */
export async function realSchema(): Promise<GraphQLSchema> {
  const file = new URL("../../../gateway/supergraph.graphql", import.meta.url);
  return buildSchema(await readFile(file, "utf8"), { assumeValidSDL: true });
}

/** Serves a stand-in graph over HTTP the way the gateway does; errors go through the platform's border. */
export async function startGraph(graph: StandInGraph, port = 0) {
  const logger = createLogger("stand-in", "silent");
  const server = createHttpServer({
    service: "stand-in",
    logger,
    authentication: OPEN_TO_ALL,
    bodyLimit: 4 * 1024 * 1024,
  });
  server.app.addHook("onRequest", async ({ url: path, headers }) => {
    if (path === "/graphql") graph.received.push(headers);
  });
  const schema = answeredBy(graph, await realSchema());
  const close = await serveGraphql({
    schema,
    server,
    logger,
    createContext: (request) => ({ request }),
  });
  const url = await server.app.listen({ host: "127.0.0.1", port });
  return {
    url,
    close: async () => {
      await server.app.close();
      await close();
    },
  };
}

/** Hangs the stand-in on the fields of Query and Mutation. */
function answeredBy(graph: StandInGraph, schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      field.resolve = async (_source, args: object, { request }: { request: RequestContext }) =>
        graph.answer(field.name, args, request);
    }
  }
  return schema;
}
