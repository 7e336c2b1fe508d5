import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { authenticationShape, createAuthentication } from "@allfunds/platform/auth";
import { loadConfig } from "@allfunds/platform/config";
import { createLogger } from "@allfunds/platform/logging";
import { createTestIssuer } from "@allfunds/platform/testing";
import {
  getNamedType,
  GraphQLEnumType,
  GraphQLInputObjectType,
  isCompositeType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from "graphql";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { createGateway } from "../../gateway.ts";
import { STANDARD_LIMITS } from "../limits/limits.ts";
import { isAuthenticated } from "./is-authenticated.ts";
import { OWN_POLICIES } from "./own-policies.ts";

export const OWN_SUPERGRAPH = fileURLToPath(
  new URL("../../../supergraph.graphql", import.meta.url),
);

/** The project's own graph, before subgraphs that count what they are asked and know nothing. */
export async function startRealGraph() {
  const issuer = await createTestIssuer();
  const asked: string[] = [];
  const subgraphs = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (body += part));
    request.on("end", () => {
      asked.push((JSON.parse(body) as { query: string }).query);
      const errors = [{ message: "Nothing is here.", extensions: { code: "NOT_FOUND" } }];
      response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify({ data: null, errors }));
    });
  });
  await new Promise<void>((resolve) => subgraphs.listen(0, "127.0.0.1", resolve));
  const address = subgraphs.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const logger = createLogger("gateway", "silent");
  const { contextOf } = createAuthentication(
    loadConfig("gateway", authenticationShape, issuer.env),
    logger,
  );
  const gateway = await createGateway({
    supergraphFile: OWN_SUPERGRAPH,
    routing: (names) => ({
      baseUrls: Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${port}`])),
      portOffset: 0,
    }),
    logger,
    bodyLimit: 1_000_000,
    introspection: { scope: "ledger:read" },
    limits: STANDARD_LIMITS,
    requestTimeoutMs: 5_000,
    queryTimeoutMs: 2_000,
    mutationTimeoutMs: 4_000,
    eventTimeoutMs: 2_000,
    queueLimit: 100,
    mostSockets: 100,
    contextOf,
    access: { ...OWN_POLICIES, deny: "field", isAuthenticated },
  });
  await gateway.server.app.listen({ host: "127.0.0.1", port: 0 });
  const url = `${gateway.server.app.listeningOrigin}/graphql`;
  return {
    issuer,
    /** The operations subgraphs were asked for. */
    asked,
    post: async (body: unknown, headers: Record<string, string>): Promise<RealAnswer> => {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      return (await response.json()) as RealAnswer;
    },
    connect: (connectionParams: Record<string, string>) =>
      createClient({
        url: url.replace("http", "ws"),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams,
      }),
    close: async () => {
      await gateway.server.app.close();
      for (const close of gateway.closers) await close();
      issuer.stop();
      subgraphs.close();
      subgraphs.closeAllConnections();
    },
  };
}

export interface RealAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

/** A root field of a schema, written so that it can stand in an operation. */
export interface SampleField {
  readonly name: string;
  /** `openFund(input: $openFund_input) { __typename }` */
  readonly text: string;
  /** `$openFund_input: OpenFundInput!` */
  readonly declarations: readonly string[];
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Every mutation of a schema with values for all it needs. */
export const sampleMutations = (schema: GraphQLSchema): SampleField[] =>
  Object.values(schema.getMutationType()?.getFields() ?? {}).map(sampleOf);

function sampleOf(field: GraphQLField<unknown, unknown>): SampleField {
  const needed = field.args.filter(({ type }) => isNonNullType(type));
  const nameOf = (argument: string) => `${field.name}_${argument}`;
  const given = needed.map(({ name }) => `${name}: $${nameOf(name)}`).join(", ");
  const below = isCompositeType(getNamedType(field.type)) ? " { __typename }" : "";
  return {
    name: field.name,
    text: `${field.name}${given === "" ? "" : `(${given})`}${below}`,
    declarations: needed.map(({ name, type }) => `$${nameOf(name)}: ${String(type)}`),
    variables: Object.fromEntries(
      needed.map(({ name, type }) => [nameOf(name), sampleValue(type)]),
    ),
  };
}

const SCALARS: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 1,
  SafeInt: 1,
  Boolean: true,
  Decimal: "1.00",
  Date: "2026-01-01",
  DateTime: "2026-01-01T00:00:00.000Z",
  JSON: {},
};

function sampleValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return sampleValue(type.ofType);
  if (isListType(type)) return [sampleValue(type.ofType)];
  if (type instanceof GraphQLEnumType) return type.getValues()[0]?.name;
  if (type instanceof GraphQLInputObjectType)
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter(isRequiredInputField)
        .map((field) => [field.name, sampleValue(field.type)]),
    );
  return SCALARS[type.name] ?? "018f0000-0000-7000-8000-000000000001";
}
