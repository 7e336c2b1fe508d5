import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSubgraphSchema } from "@apollo/subgraph";
import {
  execute,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
  validate,
} from "graphql";
import { compose, openGateway, type GatewayAnswer } from "../service.fixture.ts";
import { buildGraph } from "../supergraph/graph.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires", "@provides", "@shareable", "@interfaceObject", "@override", "@inaccessible"])`;

type Entity = Readonly<Record<string, unknown>>;

/** What a graph is about: root fields, and entities by their type's name. Values that are functions are computed. */
export interface World {
  readonly root: Entity;
  readonly entities?: Readonly<Record<string, readonly Entity[]>>;
}

/** A representation that a subgraph received for an entity. */
const RECEIVED = Symbol("received");

/** Resolves from the world; a computed field of an entity sees what was received for it, and nothing more. */
const resolve: GraphQLFieldResolver<unknown, unknown> = (source, args, _context, info) => {
  const object = source as Entity & { readonly [RECEIVED]?: Entity };
  const value = object[info.fieldName];
  if (value instanceof Error) throw value;
  if (typeof value !== "function") return value;
  return (value as (of: Entity, given: object) => unknown)(object[RECEIVED] ?? object, args);
};

/** Whether an entity has what a representation names, nested keys included. */
const matches = (entity: Entity, reference: Entity): boolean =>
  Object.entries(reference).every(([key, value]) => {
    if (key === "__typename" || !(key in entity) || typeof entity[key] === "function") return true;
    return JSON.stringify(plainOf(entity[key], value)) === JSON.stringify(value);
  });

/** What a value has of another one; what is computed is taken as equal. */
function plainOf(value: unknown, like: unknown): unknown {
  if (typeof value === "function") return like;
  if (typeof value !== "object" || value === null || typeof like !== "object" || like === null)
    return value;
  if (Array.isArray(value))
    return value.map((item, index) => plainOf(item, (like as unknown[])[index]));
  return Object.fromEntries(
    Object.keys(like).map((key) => [key, plainOf((value as Entity)[key], (like as Entity)[key])]),
  );
}

function resolversOf(sdl: string, { entities = {} }: World): object {
  const types = [...sdl.matchAll(/(?:type|interface) (\w+)[^{]*@key/g)].map(
    ([, name = ""]) => name,
  );
  const all = Object.values(entities).flat();
  return Object.fromEntries(
    types.map((type) => [
      type,
      {
        __resolveReference: (reference: Entity) => {
          const found = (entities[type] ?? all).find((one) => matches(one, reference));
          return found && { ...found, __typename: found["__typename"], [RECEIVED]: reference };
        },
      },
    ]),
  );
}

/** A graph as its gateway serves it, beside one server with all of its types. */
export interface ComparedGraph {
  readonly ask: (query: string, variables?: object) => Promise<GatewayAnswer>;
  /** The answer of graphql-js with the client's schema. */
  readonly expected: (query: string, variables?: object) => Promise<ExecutionResult>;
  readonly close: () => Promise<void>;
}

export async function compareGraph(
  subgraphs: Readonly<Record<string, string>>,
  world: World,
): Promise<ComparedGraph> {
  const servers: Server[] = [];
  const origins: Record<string, string> = {};
  for (const [name, text] of Object.entries(subgraphs)) {
    const resolvers = resolversOf(text, world);
    const schema = buildSubgraphSchema([
      { typeDefs: parse(`${LINK} ${text}`), resolvers: resolvers as never },
    ]);
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as {
          query: string;
          variables?: object;
        };
        void run(schema, body.query, body.variables ?? {}, world).then((answer) => {
          response.setHeader("content-type", "application/json");
          response.end(JSON.stringify(answer));
        });
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    servers.push(server);
    origins[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const sdl = compose(
    Object.fromEntries(Object.entries(subgraphs).map(([name, text]) => [name, `${LINK} ${text}`])),
  );
  const gateway = await openGateway(sdl, origins);
  const { apiSchema } = buildGraph(sdl, () => ({ baseUrls: {}, portOffset: 0 }));
  return {
    ask: async (query, variables = {}) => gateway.run(query, { variables }),
    expected: async (query, variables = {}) => run(apiSchema, query, variables, world),
    close: async () => {
      await gateway.close();
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function run(
  schema: GraphQLSchema,
  query: string,
  variables: object,
  { root }: World,
): Promise<ExecutionResult> {
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors };
  const answer = await execute({
    schema,
    document,
    rootValue: root,
    variableValues: variables as Record<string, unknown>,
    fieldResolver: resolve,
  });
  return JSON.parse(JSON.stringify(answer)) as ExecutionResult;
}
