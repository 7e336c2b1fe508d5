import { buildSubgraphSchema } from "@apollo/subgraph";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer } from "@allfunds/platform/http";
import { createLogger } from "@allfunds/platform/logging";
import { testContext } from "@allfunds/platform/testing";
import { parse } from "graphql";
import { compose, openGateway, type OpenOptions } from "../../service.fixture.ts";
import { PROBE_AGENT } from "../../subgraphs/subgraph-upstreams.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@authenticated", { name: "@requiresScopes", as: "@needs" }, "@policy"])`;

/** One subgraph owns the person, the other adds confidential fields. */
const SCHEMAS = {
  people: `${LINK}
    type Query {
      person(id: ID!): Person
      people: [Person!]!
      me: Person @authenticated
      things: [Thing!]!
      either: [Either!]!
      settings: Settings
      level: Level
      iban: Iban
      report(owner: ID!): String @policy(policies: [["owner"], ["auditor", "quarter"]])
    }
    type Mutation { rename(id: ID!, name: String!): Person @needs(scopes: [["people:write"]]) ping: Int }
    type Subscription { renamed: Person @needs(scopes: [["people:read", "live"], ["root"]]) }
    type Person implements Thing @key(fields: "id") { id: ID! name: String label: String email: String! @needs(scopes: [["email"]]) }
    interface Thing { label: String }
    type Box implements Thing { label: String @authenticated size: Int }
    type Safe @needs(scopes: [["safe"]]) { code: Int }
    union Either = Box | Safe
    type Settings @authenticated { theme: String }
    enum Level @needs(scopes: [["level"]]) { LOW HIGH }
    scalar Iban @authenticated`,
  papers: `${LINK}
    type Person @key(fields: "id") { id: ID! salary: Int @needs(scopes: [["pay", "people:read"], ["root"]]) cv: String }`,
};

const person = (id: string) => ({
  __typename: "Person",
  id,
  name: `P${id}`,
  label: `L${id}`,
  email: `${id}@x`,
});

const RESOLVERS: Record<keyof typeof SCHEMAS, object> = {
  people: {
    Query: {
      person: (_: unknown, { id }: { id: string }) => person(id),
      people: () => [person("1"), person("2")],
      me: () => person("9"),
      things: () => [{ __typename: "Box", label: "box", size: 3 }, person("1")],
      either: () => [
        { __typename: "Box", label: "box", size: 3 },
        { __typename: "Safe", code: 7 },
      ],
      settings: () => ({ theme: "dark" }),
      level: () => "LOW",
      iban: () => "DE00",
      report: () => "all good",
    },
    Mutation: {
      rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ ...person(id), name }),
      ping: () => 1,
    },
    Subscription: {
      renamed: {
        subscribe: async function* () {
          yield { renamed: person("1") };
        },
      },
    },
    Person: { __resolveReference: ({ id }: { id: string }) => person(id) },
  },
  papers: {
    Person: {
      __resolveReference: ({ id }: { id: string }) => ({ id, salary: 100, cv: `CV${id}` }),
    },
  },
};

async function startSubgraph(name: keyof typeof SCHEMAS) {
  const state = { requests: 0 };
  const logger = createLogger(name, "silent");
  const server = createHttpServer({ service: name, logger, authentication: OPEN_TO_ALL });
  const close = await serveGraphql({
    schema: buildSubgraphSchema([
      { typeDefs: parse(SCHEMAS[name]), resolvers: RESOLVERS[name] as never },
    ]),
    server,
    logger,
    createContext: (request) => ({ request }),
  });
  server.app.addHook("onRequest", async ({ headers }) => {
    if (headers["user-agent"] !== PROBE_AGENT) state.requests += 1;
  });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  return Object.assign(state, {
    name,
    origin: server.app.listeningOrigin,
    close: async () => {
      await close();
      await server.app.close();
    },
  });
}

/** The supergraph of the secured subgraphs. */
export const securedSupergraph = (): string => compose(SCHEMAS);

/** A gateway over the secured subgraphs. The headers `actor` and `scopes` identify the caller. */
export async function openSecuredGateway(options: OpenOptions = {}) {
  const people = await startSubgraph("people");
  const papers = await startSubgraph("papers");
  const gateway = await openGateway(
    securedSupergraph(),
    { people: people.origin, papers: papers.origin },
    {
      contextOf: (headers) =>
        testContext({
          actor: String(headers["actor"] ?? ""),
          scopes: String(headers["scopes"] ?? "").split(" "),
        }),
      access: {
        deny: "field",
        isAuthenticated: ({ actor }) => actor !== "",
        policies: {
          owner: (context, args) => context.actor === args["owner"],
          auditor: async (context) => context.scopes.includes("audit"),
          quarter: () => {
            throw new Error("no calendar");
          },
        },
      },
      ...options,
    },
  );
  return {
    ...gateway,
    people,
    papers,
    requests: () => people.requests + papers.requests,
    close: async () => {
      await gateway.close();
      await Promise.all([people.close(), papers.close()]);
    },
  };
}
