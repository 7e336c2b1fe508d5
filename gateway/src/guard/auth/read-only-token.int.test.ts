import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../../operation/operation-request.ts";
import { ownGraph } from "../../supergraph/own-graph.fixture.ts";
import type { GatewayAnswer } from "../../service.fixture.ts";
import { openRealGraph, sampleMutations } from "./real-graph.fixture.ts";

const own = ownGraph();

/** Every signed-in user may end their own sessions. */
const OPEN_MUTATION = "endMySessions";
const MUTATIONS = sampleMutations(own.apiSchema).filter(({ name }) => name !== OPEN_MUTATION);
const READS = ["ledger:read", "metrics:read", "analytics:read", "audit:read"];
const EVERYTHING = [
  ...READS,
  "ledger:write",
  "ledger:propose",
  "ledger:approve",
  "investors:read",
  "investors:write",
  "nav:publish",
  "metrics:write",
  "analytics:run",
  "analytics:write",
  "audit:verify",
  "admin",
];

let graph: Awaited<ReturnType<typeof openRealGraph>>;
let reader: Record<string, string>;
let writer: Record<string, string>;
beforeAll(async () => {
  graph = await openRealGraph();
  reader = await graph.issuer.headers({ scopes: READS, subject: "reader" });
  writer = await graph.issuer.headers({ scopes: EVERYTHING, subject: "writer" });
});
afterAll(async () => graph.close());

const codesOf = ({ errors }: GatewayAnswer) => errors?.map(({ extensions }) => extensions["code"]);
type Sample = (typeof MUTATIONS)[number];
const operation = ({ text, declarations }: Sample): string =>
  `mutation M${declarations.length === 0 ? "" : `(${declarations.join(", ")})`} { ${text} }`;

/** The mutation three times: with an alias, in a fragment, and included by a variable. */
const disguised = ({ text, declarations }: Sample): string =>
  `mutation M(${[...declarations, "$on: Boolean = true"].join(", ")}) {
    account: ${text} ...F ... on Mutation @include(if: $on) { third: ${text} }
  } fragment F on Mutation { fund: ${text} }`;

describe("the project's graph", () => {
  it("has an access rule for every root field when it is loaded", () => {
    const without = [
      own.apiSchema.getQueryType(),
      own.apiSchema.getMutationType(),
      own.apiSchema.getSubscriptionType(),
    ].flatMap((type) =>
      Object.keys(type?.getFields() ?? {}).filter(
        (field) => !own.accessRules.has(`${type?.name}.${field}`),
      ),
    );
    expect(without).toEqual([]);
    expect(MUTATIONS.length).toBeGreaterThan(20);
  });

  it.each(MUTATIONS)(
    "calls a subgraph for $name when the token has every scope",
    async (mutation) => {
      const before = graph.received.length;
      const { variables } = mutation;
      await graph.post({ query: operation(mutation), variables }, writer);
      expect(graph.received.slice(before)).toEqual([
        expect.stringMatching(new RegExp(`^mutation.*\\b${mutation.name}\\b`, "s")),
      ]);
    },
  );
});

describe("a token with read scopes", () => {
  it.each(MUTATIONS)("is refused when it runs $name", async (mutation) => {
    const before = graph.received.length;
    const { variables } = mutation;
    const plain = await graph.post({ query: operation(mutation), variables }, reader);
    expect(codesOf(plain)).toEqual(["FORBIDDEN"]);
    const query = disguised(mutation);
    // A non-null mutation nulls the whole answer, and only the first reason is returned.
    expect(new Set(codesOf(await graph.post({ query, variables }, reader)))).toEqual(
      new Set(["FORBIDDEN"]),
    );
    expect(graph.received.length).toBe(before);
  });

  it("is refused when it sends the id of a query that a writer registered", async () => {
    for (const mutation of MUTATIONS) {
      const query = operation(mutation);
      const { variables } = mutation;
      const extensions = { persistedQuery: { version: 1, sha256Hash: digestOf(query) } };
      await graph.post({ query, variables, extensions }, writer);
      const before = graph.received.length;
      expect(codesOf(await graph.post({ variables, extensions }, reader))).toEqual(["FORBIDDEN"]);
      expect(graph.received.length).toBe(before);
    }
  });

  it("is refused when it sends a list of operations", async () => {
    const before = graph.received.length;
    const batch = MUTATIONS.map((mutation) => ({
      query: operation(mutation),
      variables: mutation.variables,
    }));
    expect(codesOf(await graph.post(batch, reader))).toEqual(["MALFORMED_BODY"]);
    expect(codesOf(await graph.post(batch, writer))).toEqual(["MALFORMED_BODY"]);
    expect(graph.received.length).toBe(before);
  });

  it("is refused over a WebSocket when it sends a text, an id or other headers", async () => {
    const before = graph.received.length;
    const client = graph.connect(reader);
    for (const mutation of MUTATIONS) {
      const { variables } = mutation;
      const query = operation(mutation);
      const persistedQuery = { version: 1, sha256Hash: digestOf(query) };
      for (const payload of [
        { query, variables },
        { query: disguised(mutation), variables },
        { query: "", variables, extensions: { persistedQuery } },
        { query, variables, extensions: { headers: writer } },
      ]) {
        const { value } = await client.iterate(payload).next();
        expect(new Set(codesOf(value as GatewayAnswer))).toEqual(new Set(["FORBIDDEN"]));
      }
    }
    await client.dispose();
    expect(graph.received.length).toBe(before);
  });

  it("is refused when a query spreads a mutation", async () => {
    const before = graph.received.length;
    const query = `query { ... on Mutation { ${OPEN_MUTATION} } }`;
    expect(codesOf(await graph.post({ query }, reader))).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
    expect(graph.received.length).toBe(before);
  });
});
