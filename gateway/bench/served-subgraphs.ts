import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { composeServices } from "@apollo/composition";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql, parse, type GraphQLSchema } from "graphql";

/** A subgraph's schema, its root value and how it finds entities. */
export interface BenchSubgraph {
  readonly schema: string;
  readonly rootValue?: object;
  readonly resolvers?: object;
}

export interface ServedSubgraphs {
  readonly supergraph: string;
  /** Requests answered so far. */
  requests: number;
  readonly close: () => void;
}

/** Serves subgraphs that answer from memory, so that the gateway is measured, and composes them. */
export async function serveSubgraphs(
  subgraphs: Readonly<Record<string, BenchSubgraph>>,
): Promise<ServedSubgraphs> {
  const served = { requests: 0 };
  const started = await Promise.all(
    Object.entries(subgraphs).map(
      async ([name, { schema: sdl, resolvers = {}, rootValue = {} }]) => {
        const typeDefs = parse(sdl);
        const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
        const server = answering(schema, rootValue, () => (served.requests += 1));
        await new Promise<void>((resolve) => {
          server.listen(0, "127.0.0.1", resolve);
        });
        const { port } = server.address() as AddressInfo;
        return { name, server, typeDefs, url: `http://127.0.0.1:${port}/graphql` };
      },
    ),
  );
  const { supergraphSdl, errors } = composeServices(started);
  if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
  return Object.assign(served, {
    supergraph: supergraphSdl,
    close: () => {
      for (const { server } of started) {
        server.close();
        server.closeAllConnections();
      }
    },
  });
}

/** Every answer is computed once, for all credentials. */
function answering(schema: GraphQLSchema, rootValue: object, count: () => void): Server {
  const answers = new Map<string, string>();
  return createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (body += part));
    request.on("end", () => {
      count();
      void answer(body).then((text) =>
        response.setHeader("content-type", "application/json").end(text),
      );
    });
  });

  async function answer(body: string): Promise<string> {
    const cached = answers.get(body);
    if (cached !== undefined) return cached;
    const { query, variables } = JSON.parse(body) as {
      query: string;
      variables: Record<string, unknown>;
    };
    const result = await graphql({ schema, rootValue, source: query, variableValues: variables });
    const text = JSON.stringify(result);
    answers.set(body, text);
    return text;
  }
}
