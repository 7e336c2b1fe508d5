import fc from "fast-check";
import { testContext } from "@allfunds/platform/testing";
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";
import { expect, it } from "vitest";
import { buildGraph } from "../../supergraph/graph.ts";
import { OperationCost } from "./operation-cost.ts";
import { pricedOperation } from "./priced-operation.ts";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@listSize", "@cost"])
  input Leg { account: ID! note: String @cost(weight: 3) }
  input Tree { name: String children: [Tree!] }
  input Free { text: String list: [Int] }
  input Posting { fund: ID! legs: [Leg] tree: Tree free: Free }
  type Query {
    post(input: Posting, weighted: String @cost(weight: 7), free: [Free]): [Int!]
    page(first: Int, by: Posting): [Page!] @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
  }
  type Page { id: ID! }`;

const { supergraphSdl } = composeServices([{ name: "a", url: "http://a", typeDefs: parse(SDL) }]);
const graph = buildGraph(supergraphSdl ?? "", () => ({ baseUrls: {}, portOffset: 0 }));

const source = `query ($input: Posting, $weighted: String, $free: [Free], $n: Int, $fund: ID!, $more: Boolean!) {
  post(input: $input, weighted: $weighted, free: $free)
  page(first: $n, by: { fund: $fund, legs: [{ account: $fund }] }) { id @include(if: $more) }
  more: page(by: $input) @skip(if: $more) { id }
}`;
const document = parse(source);
const OPTIONS = { assumedListSize: 20 };

const requestFor = (variables: Record<string, unknown>) => ({
  graph,
  document,
  source,
  operationName: undefined,
  variables,
  transport: "http" as const,
  context: testContext(),
  address: "127.0.0.1",
});

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 4 });
const tree = fc.letrec((tie) => ({
  tree: fc.record(
    { name: maybe(fc.string()), children: maybe(fc.array(tie("tree"), { maxLength: 2 })) },
    { requiredKeys: [] },
  ),
})).tree;
const free = fc.record({ text: fc.string(), list: maybe(fc.array(fc.integer())) });
const leg = fc.record({ account: fc.string(), note: maybe(fc.string()) });
const posting = fc.record(
  {
    fund: fc.string(),
    legs: maybe(fc.array(maybe(leg), { maxLength: 3 })),
    tree: maybe(tree),
    free: maybe(free),
  },
  { requiredKeys: ["fund"] },
);

it(
  "prices an operation equally when variables are replaced by their weights",
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            input: maybe(posting),
            weighted: maybe(fc.string()),
            free: maybe(fc.array(free, { maxLength: 2 })),
            n: maybe(fc.integer({ min: 0, max: 100 })),
            fund: fc.string(),
            more: fc.boolean(),
          },
          { requiredKeys: ["fund", "more"] },
        ),
        (variables) => {
          const request = requestFor(variables);
          const cached = pricedOperation(request, { document, variables }, OPTIONS);
          const own = new OperationCost(graph, request, variables, OPTIONS);
          expect(cached.estimate()).toEqual(own.estimate());
          const answer = { post: [1], page: [{ id: "1" }, { id: "2" }], more: [{ id: "3" }] };
          expect(cached.actual(answer)).toEqual(own.actual(answer));
        },
      ),
      { numRuns: 200 },
    );
  },
);

const priceOf = (given: Record<string, unknown>) => {
  const variables = { fund: "1", more: true, ...given };
  return pricedOperation(requestFor(variables), { document, variables }, OPTIONS).estimate();
};

it.each([
  [{ fund: "1" }, 0],
  [{ fund: "1", legs: [] }, 1],
  [{ fund: "1", legs: [{ account: "a" }, { account: "b", note: "c" }, null] }, 1 + 3],
  [{ fund: "1", tree: { children: [{ name: "a" }, { children: [] }] } }, 1 + 1 + 1],
  [{ fund: "1", free: { text: "a", list: [1, 2] } }, 1],
])("adds the weight of an input when it is %j: %i", (input, weight) => {
  const [without, withIt] = [priceOf({}), priceOf({ input })];
  expect(withIt.field - without.field).toBe(1 + weight);
});
