import { createServer } from "node:http";
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
import { openGateway } from "../../service.fixture.ts";
import { PROBE_AGENT } from "../../subgraphs/subgraph-upstreams.ts";
import { ownGraph, OWN_SDL } from "../../supergraph/own-graph.fixture.ts";
import { OWN_ACCESS } from "./own-access.ts";

/** A gateway with the project's graph, over subgraphs that record their requests and answer NOT_FOUND. */
export async function openRealGraph() {
  const issuer = await createTestIssuer();
  const received: string[] = [];
  const subgraphs = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (body += part));
    request.on("end", () => {
      const isProbe = request.headers["user-agent"] === PROBE_AGENT;
      if (!isProbe) received.push((JSON.parse(body) as { query: string }).query);
      const errors = [{ message: "Nothing is here.", extensions: { code: "NOT_FOUND" } }];
      response
        .setHeader("content-type", "application/json")
        .end(JSON.stringify({ data: null, errors }));
    });
  });
  await new Promise<void>((resolve) => subgraphs.listen(0, "127.0.0.1", resolve));
  const address = subgraphs.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const origin = `http://127.0.0.1:${port}`;
  const names = ownGraph().subgraphs.map(({ name }) => name);
  const gateway = await openGateway(
    OWN_SDL,
    Object.fromEntries(names.map((name) => [name, origin])),
    {
      env: { OIDC_ISSUER: issuer.url },
      config: { GATEWAY_BODY_LIMIT: 1_000_000 },
      access: { ...OWN_ACCESS, deny: "field" },
    },
  );
  return {
    ...gateway,
    issuer,
    /** The operations the subgraphs received. */
    received,
    close: async () => {
      await gateway.close();
      issuer.stop();
      subgraphs.close();
      subgraphs.closeAllConnections();
    },
  };
}

/** A root field of a schema as text for an operation. */
export interface SampleField {
  readonly name: string;
  /** `openFund(input: $openFund_input) { __typename }` */
  readonly text: string;
  /** `$openFund_input: OpenFundInput!` */
  readonly declarations: readonly string[];
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Every mutation of a schema with values for its required arguments. */
export const sampleMutations = (schema: GraphQLSchema): SampleField[] =>
  Object.values(schema.getMutationType()?.getFields() ?? {}).map(sampleOf);

function sampleOf(field: GraphQLField<unknown, unknown>): SampleField {
  const required = field.args.filter(({ type }) => isNonNullType(type));
  const nameOf = (argument: string) => `${field.name}_${argument}`;
  const given = required.map(({ name }) => `${name}: $${nameOf(name)}`).join(", ");
  const below = isCompositeType(getNamedType(field.type)) ? " { __typename }" : "";
  return {
    name: field.name,
    text: `${field.name}${given === "" ? "" : `(${given})`}${below}`,
    declarations: required.map(({ name, type }) => `$${nameOf(name)}: ${String(type)}`),
    variables: Object.fromEntries(
      required.map(({ name, type }) => [nameOf(name), sampleValue(type)]),
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
