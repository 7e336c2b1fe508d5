import { testContext } from "@allfunds/platform/testing";
import { buildASTSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { OperationRequest } from "../../operation/operation-request.ts";
import { costModelOf } from "../../supergraph/cost-model.ts";
import { OperationCost } from "./operation-cost.ts";

const DIRECTIVES = `
  directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`;

function costOf(sdl: string, query: string, variables: Record<string, unknown> = {}) {
  const document = parse(DIRECTIVES + sdl);
  const graph = { apiSchema: buildASTSchema(document), costs: costModelOf(document, []) };
  const request = {
    document: parse(query),
    operationName: undefined,
    context: testContext(),
  } as unknown as OperationRequest;
  return new OperationCost(graph, request, variables, { assumedListSize: 10 });
}

const USERS = `
  type User { name: String age: Int @cost(weight: "2.0") }
  type Query { users(max: Int): [User] @listSize(slicingArguments: ["max"]) }`;
const TOP_PRODUCTS = `
  input Filter { field: Boolean approx: Approximate @cost(weight: "-12.0") }
  enum Approximate { YES NO }
  type Query {
    topProducts(filter: Filter @cost(weight: "15.0")): [String] @cost(weight: "5.0") @listSize(assumedSize: 10)
  }`;
const POPULAR = `
  enum Approximate { YES NO }
  type Product { name: String }
  type Query {
    mostPopularProduct(approx: Approximate @cost(weight: "-3.0")): Product @cost(weight: "5.0")
  }`;
const APPROX = `
  directive @approx(tolerance: Float! @cost(weight: "-1.0")) on FIELD
  type Product { name: String @cost(weight: "3.0") cheap: String }
  type Query { product: Product }`;
const FILMS = `
  type Film { title: String }
  type PageInfo { hasNextPage: Boolean }
  type FilmEdge { cursor: ID node: Film }
  type FilmConnection { edges: [FilmEdge] pageInfo: PageInfo }
  type Query {
    films(first: Int, after: ID, last: Int, before: ID): FilmConnection
      @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges"])
  }`;

describe("an example of the specification", () => {
  it.each<[name: string, sdl: string, query: string, cost: number]>([
    ["five users of at most five", USERS, `query Example { users(max: 5) { age } }`, 11],
    ["a field without its filter", TOP_PRODUCTS, `{ topProducts }`, 5],
    ["a filter's weight on top", TOP_PRODUCTS, `{ topProducts(filter: { field: true }) }`, 20],
    [
      "an input field that makes it cheaper",
      TOP_PRODUCTS,
      `{ topProducts(filter: { approx: YES }) }`,
      8,
    ],
    ["an exact answer", POPULAR, `{ mostPopularProduct { name } }`, 5],
    ["an approximate answer", POPULAR, `{ mostPopularProduct(approx: YES) { name } }`, 2],
    ["a directive's argument", APPROX, `{ product { name @approx(tolerance: 0.1) } }`, 3],
    ["a field with a negative weight", APPROX, `{ product { cheap @approx(tolerance: 0.1) } }`, 1],
    // One connection, and a node of each of the seven edges.
    ["a connection's edges", FILMS, `{ films(first: 7) { edges { node { title } } } }`, 9],
    ["the larger of two slices", FILMS, `{ films(first: 3, last: 7) { edges { cursor } } }`, 2],
  ])("has its field cost when it is %s", (_name, sdl, query, cost) => {
    expect(costOf(sdl, query).estimate().field).toBe(cost);
  });

  it("costs 7 when three users are returned", () => {
    const users = [{ age: 1 }, { age: 2 }, { age: 3 }];
    expect(costOf(USERS, `{ users(max: 5) { age } }`).actual({ users }).field).toBe(7);
  });

  it("counts Query and three users as type cost when three users are returned", () => {
    const users = [{ age: 1 }, { age: 2 }, { age: 3 }];
    const cost = costOf(USERS, `{ users(max: 5) { age } }`);
    expect([cost.estimate().type, cost.actual({ users }).type]).toEqual([6, 4]);
  });
});

const PAGES = `
  type Query {
    listed(filter: Filter = { max: 4 }): [Item] @listSize(slicingArguments: ["filter.max"])
    defaulted(first: Int = 6): [Item] @listSize(slicingArguments: ["first"])
    fallback(first: Int): [Item] @listSize(slicingArguments: ["first"], assumedSize: 8, requireOneSlicingArgument: false)
    required(first: Int, last: Int): [Item] @listSize(slicingArguments: ["first", "last"])
    bare: [Item]
    weighed: Heavy
    values: [Grain!]!
    level(level: Level): Item
    either: Either
    named: Named
    bulk(input: Bulk): Item
  }
  input Filter { max: Int }
  input Bulk { lines: [Line!]! note: String @cost(weight: "2") }
  input Line { amount: Int @cost(weight: "0.5") }
  enum Level @cost(weight: "4") { LOW HIGH }
  scalar Grain @cost(weight: "0.25")
  type Item { id: ID inner: Item }
  type Heavy implements Named @cost(weight: "40") { id: ID name: String @cost(weight: "6") }
  type Light implements Named { id: ID name: String }
  interface Named { name: String }
  union Either = Item | Heavy`;

describe("the cost", () => {
  it.each<
    [name: string, query: string, field: number, type: number, variables?: Record<string, unknown>]
  >([
    ["a slice inside an input object", `{ listed(filter: { max: 3 }) { id } }`, 2, 4],
    ["the default of such an input", `{ listed { id } }`, 1, 5],
    ["an argument's default", `{ defaulted { inner { id } } }`, 7, 13],
    ["a variable", `query ($n: Int) { defaulted(first: $n) { inner { id } } }`, 3, 5, { n: 2 }],
    ["an assumed size where no slice is given", `{ fallback { id } }`, 1, 9],
    ["a slice before the assumed size", `{ fallback(first: 2) { id } }`, 1, 3],
    ["a list without a stated size", `{ bare { id } }`, 1, 11],
    ["the weight of an object", `{ weighed { id } }`, 40, 41],
    ["the weight of a scalar, for each item", `{ values }`, 0.25, 3.5],
    ["the weight of an enum as an argument", `{ level(level: LOW) { id } }`, 5, 2],
    [
      "a union, its most expensive member",
      `{ either { ... on Item { id } ... on Heavy { name } } }`,
      7,
      41,
    ],
    ["an interface, its most expensive field", `{ named { name } }`, 7, 41],
    [
      "input objects in a list",
      `{ bulk(input: { lines: [{ amount: 1 }, { amount: 2 }] note: "x" }) { id } }`,
      6,
      2,
    ],
    ["a field selected twice, once", `{ weighed { name } weighed { name id } }`, 46, 41],
    ["two aliases, twice", `{ a: weighed { id } b: weighed { id } }`, 80, 81],
    [
      "skipped fields, which are free",
      `query ($no: Boolean!) { weighed @include(if: $no) { id } bare @skip(if: true) { id } }`,
      0,
      1,
      { no: false },
    ],
    ["introspection, which is free", `{ __typename __schema { types { name } } }`, 0, 1],
    ["fragments", `{ weighed { ...F } } fragment F on Heavy { name ... { id } }`, 46, 41],
  ])("counts when the operation has %s", (_name, query, field, type, variables) => {
    const cost = costOf(PAGES, query, variables).estimate();
    expect([cost.field, cost.type]).toEqual([field, type]);
  });

  it.each([
    ["none of them", "", ["required"]],
    ["both of them", "(first: 1, last: 1)", ["required"]],
    ["one of them", "(last: 1)", []],
  ])(
    "names a list as unclear when it needs one slicing argument and has %s",
    (_name, given, unclear) => {
      const cost = costOf(PAGES, `{ required${given} { id } }`);
      cost.estimate();
      expect(cost.unclearLists).toEqual(unclear);
    },
  );

  it("counts the objects of an answer when there is one", () => {
    const cost = costOf(
      PAGES,
      `{ bare { inner { id } } either { ... on Heavy { name } } weighed { id } }`,
    );
    const { field, type } = cost.actual({
      bare: [{ inner: { id: "1" } }, null, { inner: null }],
      either: { name: "x" },
      weighed: null,
    });
    // bare 1 + inner 2 x 1, either 1 + name 6, weighed 40; Query 1 + two items + one inner + the union's largest 40.
    expect([field, type]).toEqual([50, 44]);
  });

  it("is bounded and computed in linear time when 200 lists are nested", () => {
    const query = `{ bare { ${"inner { ".repeat(200)} id ${"} ".repeat(200)} } }`;
    expect(costOf(PAGES, query).estimate().points).toBe(2011);
  });
});

it("reads renamed directives when a supergraph imports them by other names", () => {
  const document = parse(`
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@cost", as: "@price" }]) { query: Query }
    type Query { a: Int @price(weight: 7) b: [Int] @cost__listSize(assumedSize: 3) c: Int @cost(weight: 9) }`);
  const model = costModelOf(document, []);
  expect([...model.fields]).toEqual([["Query.a", 7]]);
  expect(model.lists.get("Query.b")?.assumedSize).toBe(3);
});
