import { graphql } from "graphql";
import { describe, expect, it } from "vitest";
import { buildSubgraph } from "./build-subgraph.ts";
import { callMethods } from "./call-methods.ts";
import { OrderInput, OrderResolver, seen } from "./orders.fixture.ts";

const instance = new OrderResolver();
const container = { get: () => instance };
const schema = buildSubgraph({ resolvers: [OrderResolver], container, referenceResolvers: {} });
const run = async (source: string, variableValues: Record<string, unknown> = {}) => {
  seen.length = 0;
  return graphql({ schema, source, variableValues, contextValue: { actor: "ann" } });
};

describe("a plain method", () => {
  it("receives a plain object with defaults when it has an input argument", async () => {
    const input = { legs: [{ account: "a" }, { account: "b", weight: 2 }] };
    const { errors } = await run(
      "mutation ($input: OrderInput!) { order(input: $input) { text } }",
      { input },
    );
    expect(errors).toBeUndefined();
    expect(seen).toEqual([
      {
        legs: [
          { account: "a", weight: 1 },
          { account: "b", weight: 2 },
        ],
      },
    ]);
    expect(seen[0]).not.toBeInstanceOf(OrderInput);
  });

  it("receives context, arguments and info when it declares them", async () => {
    await run('{ range(after: "x") { text } }');
    expect(seen).toEqual([
      { first: 3, after: "x", actor: "ann", fieldName: "range", name: "orders" },
    ]);
  });

  it("receives its parent when it resolves a field of an object", async () => {
    const { data } = await run('{ range(first: 1) { twice(mark: "+") } }');
    expect(data?.["range"]).toMatchObject({ twice: expect.stringMatching(/^\{.*\}\+\{.*\}$/) });
  });

  it("fails with the path of its field when it throws", async () => {
    const { errors } = await run("{ fails { text } }");
    expect(errors).toMatchObject([{ message: "no stock", path: ["fails"] }]);
  });
});

describe("a method with middleware", () => {
  it("runs through type-graphql when it is called", async () => {
    expect(callMethods([OrderResolver], container).get("Query")).not.toHaveProperty("watched");
    await run('{ watched(input: { legs: [], note: "n" }) { text } }');
    expect(seen[0]).toBeInstanceOf(OrderInput);
  });
});

it("returns the methods of the given classes only when several are registered", () => {
  expect([...callMethods([], container)]).toEqual([]);
  expect([...callMethods([OrderResolver], container).keys()]).toEqual([
    "Query",
    "Mutation",
    "Receipt",
  ]);
});
