import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOf } from "../../execution/plan-operation.ts";
import { buildGraph } from "../../supergraph/graph.ts";
import {
  OWN_SUPERGRAPH,
  sampleMutations,
  startRealGraph,
  type RealAnswer,
} from "./real-graph.fixture.ts";

const own = buildGraph(readFileSync(OWN_SUPERGRAPH, "utf8"), () => ({
  baseUrls: {},
  portOffset: 0,
}));

/** What everybody may do who has signed in at all: it touches nothing but one's own sessions. */
const OWN_AFFAIR = "endMySessions";
const MUTATIONS = sampleMutations(own.apiSchema).filter(({ name }) => name !== OWN_AFFAIR);
const READS = ["ledger:read", "metrics:read", "analytics:read", "audit:read"];
const EVERYTHING = [
  ...READS,
  "ledger:write",
  "ledger:approve",
  "metrics:write",
  "analytics:run",
  "audit:verify",
  "admin",
];

let graph: Awaited<ReturnType<typeof startRealGraph>>;
let reader: Record<string, string>;
let writer: Record<string, string>;
beforeAll(async () => {
  graph = await startRealGraph();
  reader = await graph.issuer.headers({ scopes: READS, subject: "reader" });
  writer = await graph.issuer.headers({ scopes: EVERYTHING, subject: "writer" });
});
afterAll(async () => graph.close());

const codesOf = ({ errors }: RealAnswer) => errors?.map(({ extensions }) => extensions["code"]);
type Sample = (typeof MUTATIONS)[number];
const operation = ({ text, declarations }: Sample): string =>
  `mutation M${declarations.length === 0 ? "" : `(${declarations.join(", ")})`} { ${text} }`;

/** The mutation three times: under another name, in a fragment, and included by a variable. */
const disguised = ({ text, declarations }: Sample): string =>
  `mutation M(${[...declarations, "$on: Boolean = true"].join(", ")}) {
    account: ${text} ...F ... on Mutation @include(if: $on) { third: ${text} }
  } fragment F on Mutation { fund: ${text} }`;

describe("our own graph", () => {
  it("has a rule for every root field", () => {
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

  it.each(MUTATIONS)("lets a token with every right reach $name", async (mutation) => {
    const before = graph.asked.length;
    const { variables } = mutation;
    await graph.post({ query: operation(mutation), variables }, writer);
    expect(graph.asked.slice(before)).toEqual([
      expect.stringMatching(new RegExp(`^mutation.*\\b${mutation.name}\\b`, "s")),
    ]);
  });
});

describe("a token that may only read reaches no write:", () => {
  it.each(MUTATIONS)("$name", async (mutation) => {
    const before = graph.asked.length;
    const { variables } = mutation;
    const plain = await graph.post({ query: operation(mutation), variables }, reader);
    expect(codesOf(plain)).toEqual(["FORBIDDEN"]);
    const query = disguised(mutation);
    // What may not be null takes the answer with it, and then the first reason is told.
    expect(new Set(codesOf(await graph.post({ query, variables }, reader)))).toEqual(
      new Set(["FORBIDDEN"]),
    );
    expect(graph.asked.length).toBe(before);
  });

  it("by the id of a query that a writer has registered", async () => {
    for (const mutation of MUTATIONS) {
      const query = operation(mutation);
      const { variables } = mutation;
      const extensions = { persistedQuery: { version: 1, sha256Hash: digestOf(query) } };
      await graph.post({ query, variables, extensions }, writer);
      const before = graph.asked.length;
      expect(codesOf(await graph.post({ variables, extensions }, reader))).toEqual(["FORBIDDEN"]);
      expect(graph.asked.length).toBe(before);
    }
  });

  it("in a list of operations", async () => {
    const before = graph.asked.length;
    const batch = MUTATIONS.map((mutation) => ({
      query: operation(mutation),
      variables: mutation.variables,
    }));
    expect(codesOf(await graph.post(batch, reader))).toEqual(["MALFORMED_BODY"]);
    expect(codesOf(await graph.post(batch, writer))).toEqual(["MALFORMED_BODY"]);
    expect(graph.asked.length).toBe(before);
  });

  it("over a WebSocket, by text or by id, whatever headers it adds", async () => {
    const before = graph.asked.length;
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
        expect(new Set(codesOf(value as RealAnswer))).toEqual(new Set(["FORBIDDEN"]));
      }
    }
    await client.dispose();
    expect(graph.asked.length).toBe(before);
  });

  it("as a query", async () => {
    const before = graph.asked.length;
    const query = `query { ... on Mutation { ${OWN_AFFAIR} } }`;
    expect(codesOf(await graph.post({ query }, reader))).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
    expect(graph.asked.length).toBe(before);
  });
});
