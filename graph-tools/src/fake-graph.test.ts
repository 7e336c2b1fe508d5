import { graphql } from "graphql";
import { describe, expect, it } from "vitest";
import { createFakeGraph, type Resolvers } from "./fake-graph.ts";

const FUND = "{ fund(id: 1) { id name accounts(first: 1) { nodes { balance { amount } } } } }";

const answer = (resolvers: Resolvers, source = FUND) =>
  graphql({ schema: createFakeGraph(resolvers), source });

describe("a fake graph", () => {
  it("answers with what its resolvers return", async () => {
    const accounts = { nodes: [{ balance: { amount: "1.00" } }] };
    const { data, errors } = await answer({
      Query: { fund: (_, { id }) => ({ id, name: "Fund" }) },
      Fund: { accounts: () => accounts },
    });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ fund: { id: "1", name: "Fund", accounts } });
  });

  it("reports a null where the schema allows none", async () => {
    const { data, errors } = await answer({ Query: { fund: () => ({ id: "1" }) } });
    expect(data).toEqual({ fund: null });
    expect(errors?.map(({ message }) => message)).toContain(
      "Cannot return null for non-nullable field Fund.name.",
    );
  });

  it("reports a value that the scalar does not allow", async () => {
    const amount = 1 as unknown as string;
    const { errors } = await answer({
      Query: { fund: () => ({ id: "1", name: "Fund" }) },
      Fund: { accounts: () => ({ nodes: [{ balance: { amount } }] }) },
    });
    expect(errors?.map(({ message }) => message)).toEqual(["Decimal cannot represent 1."]);
  });

  it("refuses a resolver of a field that the schema does not have", () => {
    const resolvers = { Fund: { title: () => "Fund" } } as Resolvers;
    expect(() => createFakeGraph(resolvers)).toThrow("Fund.title");
  });

  it("has no field that is hidden from clients", async () => {
    const { errors } = await answer({}, "{ _entities(representations: []) { __typename } }");
    expect(errors?.[0]?.message).toContain("_entities");
  });
});
