import { createServer, type Server } from "node:http";
import { composeServices } from "@apollo/composition";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql, parse, type GraphQLSchema } from "graphql";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@authenticated", "@requiresScopes", "@cost", "@listSize"])`;
const PAGE = `@listSize(slicingArguments: ["first"], sizedFields: ["nodes"])`;

/** Books and figures in the shape of the project's graph, with access rules and costs. */
const SCHEMAS = {
  books: `${LINK}
    type Query { funds(first: Int! = 20): FundConnection! ${PAGE} }
    type FundConnection { nodes: [Fund!]! }
    type Fund @key(fields: "id") {
      id: ID! name: String! currency: String! @authenticated
      accounts(first: Int! = 20): AccountConnection! ${PAGE}
    }
    type AccountConnection { nodes: [Account!]! }
    type Account @key(fields: "id") { id: ID! code: String! name: String! balance: Money! @requiresScopes(scopes: [["ledger:read"]]) }
    type Money { amount: String! currency: String! }`,
  figures: `${LINK}
    type Fund @key(fields: "id") { id: ID! figures: Figures @cost(weight: 5) }
    type Figures { nav: Float cash: Float burn: Float }`,
};

export const BENCH_QUERY = `query Dashboard($funds: Int!, $accounts: Int!) {
  funds(first: $funds) { nodes {
    id name currency
    accounts(first: $accounts) { nodes { id code name balance { amount currency } } }
    figures { nav cash burn }
  } }
}`;
export const BENCH_VARIABLES = { funds: 10, accounts: 10 };

const list = <Item>(count: number, item: (index: number) => Item) => ({
  nodes: Array.from({ length: count }, (_, index) => item(index)),
});
const fund = (index: number) => ({
  id: String(index),
  name: `Fund ${index}`,
  currency: "EUR",
  accounts: ({ first }: { first: number }) => list(first, account),
});
const account = (index: number) => ({
  id: String(index),
  code: `10${index}`,
  name: `Account ${index}`,
  balance: { amount: `${index}.00`, currency: "EUR" },
});

const ROOTS: Record<keyof typeof SCHEMAS, object> = {
  books: { funds: ({ first }: { first: number }) => list(first, fund) },
  figures: {},
};

export interface BenchSubgraphs {
  readonly supergraph: string;
  readonly close: () => void;
}

/** Subgraphs that answer from memory, so that the gateway is measured. */
export async function startBenchSubgraphs(): Promise<BenchSubgraphs> {
  const started = await Promise.all(
    (Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[]).map(async (name) => {
      const resolvers = {
        Fund: {
          __resolveReference: ({ id }: { id: string }) => ({
            id,
            figures: { nav: 1.5, cash: 2.5, burn: 0.5 },
          }),
        },
      };
      const schema = buildSubgraphSchema([{ typeDefs: parse(SCHEMAS[name]), resolvers }]);
      const server = await listen(answering(schema, ROOTS[name]));
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      return { name, server, url: `http://127.0.0.1:${port}/graphql` };
    }),
  );
  const { supergraphSdl, errors } = composeServices(
    started.map(({ name, url }) => ({ name, url, typeDefs: parse(SCHEMAS[name]) })),
  );
  if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors));
  return {
    supergraph: supergraphSdl,
    close: () => {
      for (const { server } of started) {
        server.close();
        server.closeAllConnections();
      }
    },
  };
}

function answering(schema: GraphQLSchema, rootValue: object): Server {
  const answers = new Map<string, string>();
  return createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (body += part));
    request.on("end", () => {
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

const listen = async (server: Server): Promise<Server> =>
  new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
