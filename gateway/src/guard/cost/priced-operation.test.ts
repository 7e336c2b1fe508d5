import { testContext } from "@allfunds/platform/testing";
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";
import { expect, it } from "vitest";
import type { OperationRequest } from "../../operation/operation-request.ts";
import { buildGraph } from "../../supergraph/graph.ts";
import { pricedOperation } from "./priced-operation.ts";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@listSize"])
  type Query { funds(first: Int): [Fund!]! @listSize(slicingArguments: ["first"]) }
  type Fund { id: ID! name(long: String): String }`;

const loadGraph = () => {
  const typeDefs = parse(SDL);
  const { supergraphSdl } = composeServices([{ name: "a", url: "http://a", typeDefs }]);
  return buildGraph(supergraphSdl ?? "", () => ({ baseUrls: {}, portOffset: 0 }));
};
const graph = loadGraph();
const source = `query A($n: Int, $s: String) { funds(first: $n) { name(long: $s) } } query B { funds(first: 3) { id } }`;
const document = parse(source);

const priced = (variables: Record<string, unknown>, more: Partial<OperationRequest> = {}) => {
  const request: OperationRequest = {
    graph,
    document,
    source,
    operationName: "A",
    variables,
    transport: "http",
    context: testContext(),
    address: "127.0.0.1",
    ...more,
  };
  return pricedOperation(
    request,
    { document: request.document, variables },
    { assumedListSize: 20 },
  );
};

it("returns the cached price when the variables have the same weight", () => {
  const first = priced({ n: 5, s: "a" });
  expect(priced({ n: 5, s: "b".repeat(2_000) })).toBe(first);
  expect(first.estimate().points).toBe(first.estimate().points);
});

it("computes another price when graph, document, operation or list size differs", () => {
  const first = priced({ n: 5 });
  const prices = [
    priced({ n: 50 }),
    priced({ n: 5 }, { operationName: "B" }),
    priced({ n: 5 }, { document: parse(source) }),
    priced({ n: 5 }, { graph: loadGraph() }),
    priced({ n: 5, s: null }),
  ];
  for (const price of prices) expect(price).not.toBe(first);
  expect(prices[0]?.estimate().points).toBeGreaterThan(first.estimate().points);
  expect(prices[1]?.estimate().points).toBeLessThan(first.estimate().points);
});
