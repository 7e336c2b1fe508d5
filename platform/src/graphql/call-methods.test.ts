import { graphql } from "graphql";
import { describe, expect, it } from "vitest";
import { buildSubgraph } from "./build-subgraph.ts";
import { callMethods } from "./call-methods.ts";
import { OrderInput, OrderResolver, seen } from "./orders.fixture.ts";

const instance = new OrderResolver();
const container = { get: () => instance };
const schema = buildSubgraph({ resolvers: [OrderResolver], container, referenceResolvers: {} });
const ask = async (source: string, variableValues: Record<string, unknown> = {}) => {
  seen.length = 0;
  return graphql({ schema, source, variableValues, contextValue: { actor: "ann" } });
};

describe("a method called with what graphql has read", () => {
  it("gets its input as a plain object, defaults filled in", async () => {
    const input = { legs: [{ account: "a" }, { account: "b", weight: 2 }] };
    const { errors } = await ask(
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

  it("gets context, arguments and info at their places, on its own instance", async () => {
    await ask('{ range(after: "x") { text } }');
    expect(seen).toEqual([
      { first: 3, after: "x", actor: "ann", fieldName: "range", name: "orders" },
    ]);
  });

  it("resolves fields of an object with their parent", async () => {
    const { data } = await ask('{ range(first: 1) { twice(mark: "+") } }');
    expect(data?.["range"]).toMatchObject({ twice: expect.stringMatching(/^\{.*\}\+\{.*\}$/) });
  });

  it("fails as its field", async () => {
    const { errors } = await ask("{ fails { text } }");
    expect(errors).toMatchObject([{ message: "no stock", path: ["fails"] }]);
  });
});

describe("a method with something around it", () => {
  it("is left to type-graphql", async () => {
    expect(callMethods([OrderResolver], container).get("Query")).not.toHaveProperty("watched");
    await ask('{ watched(input: { legs: [], note: "n" }) { text } }');
    expect(seen[0]).toBeInstanceOf(OrderInput);
  });
});

it("takes the methods of the classes given, and no others", () => {
  expect([...callMethods([], container)]).toEqual([]);
  expect([...callMethods([OrderResolver], container).keys()]).toEqual([
    "Query",
    "Mutation",
    "Receipt",
  ]);
});
