import { Supergraph } from "@apollo/federation-internals";
import { composeServices } from "@apollo/composition";
import { isInterfaceType, lexicographicSortSchema, parse, printSchema, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { buildGraph } from "./graph.ts";
import { ownGraph, OWN_SDL } from "./own-graph.fixture.ts";

const { apiSchema, accessRules } = ownGraph();

const problemsOf = (selection: string): string[] =>
  validate(apiSchema, parse(`subscription { ledgerEvents { cursor ${selection} } }`)).map(
    ({ message }) => message,
  );

it("hides the raw batches of the event feed when a client reads its events", () => {
  expect(problemsOf("events { cursor position payload }")).toEqual([]);
  expect(problemsOf("whole")).toEqual(['Cannot query field "whole" on type "LedgerEventBatch".']);
});

it("requires for a job only what the field requires that returns it", () => {
  const job = apiSchema.getType("Job");
  const kinds = isInterfaceType(job) ? apiSchema.getPossibleTypes(job) : [];
  expect(kinds.length).toBeGreaterThan(1);
  const types = ["Job", "JobProgress", "WorkProgress", ...kinds.map(({ name }) => name)];
  expect(types.filter((name) => accessRules.has(name))).toEqual([]);
});

const HIDDEN = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.11",
      import: ["@key", "@tag", "@composeDirective", "@requiresScopes", { name: "@inaccessible", as: "@hidden" }, { name: "@cost", as: "@price" }])
    @link(url: "https://example.com/owner/v1.0", import: ["@owner", { name: "Team", as: "OwningTeam" }])
    @composeDirective(name: "@owner")
  directive @owner(team: OwningTeam) on FIELD_DEFINITION
  directive @live(rate: Int, inner: Int @hidden) on QUERY | FIELD
  scalar OwningTeam
  type Query {
    one(by: By!, secret: Int @hidden): One @owner(team: "a")
    any: [Any!] @price(weight: 3)
    hidden: Hidden @hidden
  }
  interface Node @hidden { id: ID! }
  interface Named { "What it is called." name: String! }
  type One implements Node & Named @key(fields: "id") @tag(name: "public") {
    id: ID!
    name: String!
    state(at: State = OPEN): State
    old: Int @deprecated(reason: "Use state.")
    pay: Int @requiresScopes(scopes: [["pay"]])
  }
  type Hidden @hidden { id: ID! }
  union Any = One | Hidden
  enum State { OPEN CLOSED LOST @hidden }
  input By { id: ID inner: [Inner!] @hidden limit: Int = 5 }
  input Inner @hidden { id: ID }
  scalar Day @specifiedBy(url: "https://example.com/day")
  type Mutation { open(day: Day!): One }`;

describe("the schema that clients see", () => {
  const composed = composeServices([{ name: "a", url: "http://a", typeDefs: parse(HIDDEN) }]);

  it.each([
    ["the project's graph", OWN_SDL],
    ["a graph that hides elements of each kind", composed.supergraphSdl ?? ""],
  ])("is what Apollo's libraries make of %s", (_graph, sdl) => {
    const own = buildGraph(sdl, () => ({ baseUrls: {}, portOffset: 0 })).apiSchema;
    const apollos = Supergraph.build(sdl, { supportedFeatures: null }).apiSchema();
    expect(printSchema(lexicographicSortSchema(own))).toBe(
      printSchema(lexicographicSortSchema(apollos.toGraphQLJSSchema({ includeDefer: true }))),
    );
  });

  it("is none where links have another name", () => {
    const sdl = OWN_SDL.replaceAll("@link", "@linked");
    expect(() => buildGraph(sdl, () => ({ baseUrls: {}, portOffset: 0 }))).toThrow("no supergraph");
  });

  it("shows nothing of what is hidden", () => {
    const shown = printSchema(
      buildGraph(composed.supergraphSdl ?? "", () => ({ baseUrls: {}, portOffset: 0 })).apiSchema,
    );
    expect(composed.errors).toBeUndefined();
    expect(shown).not.toMatch(/hidden|secret|LOST|Node|inner|price|@owner|join__|link__/i);
    expect(shown).toContain("What it is called.");
    expect(shown).toContain("OPEN");
  });
});
