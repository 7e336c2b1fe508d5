import { testContext } from "@allfunds/platform/testing";
import { parse } from "graphql";
import { expect, it } from "vitest";
import { ownGraph } from "../../supergraph/own-graph.fixture.ts";
import { Guard } from "../guard.ts";
import { STANDARD_LIMITS } from "../limits/limits.ts";
import { STANDARD_COST_POLICY } from "./limit-cost.ts";

const graph = ownGraph();
const guard = new Guard({
  limits: STANDARD_LIMITS,
  introspection: "on",
  cost: STANDARD_COST_POLICY,
});

const check = (source: string, variables: Record<string, unknown> = {}) =>
  guard.check({
    graph,
    document: parse(source),
    source,
    operationName: undefined,
    variables,
    transport: "http",
    context: testContext(),
    address: "127.0.0.1",
  });

const THREE_LISTS = `query ($n: Int!) {
  funds(first: $n) { nodes { accounts(first: $n) { nodes { entries(first: $n) { nodes { id } } } } } }
}`;

it("refuses 50 entries of 50 accounts of 50 funds when 20 of each are allowed", async () => {
  await expect(check(THREE_LISTS, { n: 50 })).rejects.toThrow(/may cost \d+ points/);
  expect((await check(THREE_LISTS, { n: 20 })).cost?.estimate.estimated).toBe(8842);
});

it("prices an operation at less than half of the limit when a dashboard sends it", async () => {
  const latest = `{
    funds(first: 20) { nodes { id transactions(first: 12) { nodes {
      id position description entries { id side amount { amount currency } account { code name } }
      category { code name confidence }
    } } } }
  }`;
  expect((await check(latest)).cost?.estimate.estimated).toBeLessThan(
    STANDARD_COST_POLICY.perOperation / 2,
  );
});

it("charges the owning subgraph when a field is selected", async () => {
  const { cost } = await check(`{ fund(id: "1") { name metrics { cash { amount } } } }`);
  expect(Object.keys(cost?.estimate.subgraphs ?? {})).toEqual(
    expect.arrayContaining(["ledger", "metrics"]),
  );
});

it("prices a mutation above a query when it posts a transaction", async () => {
  const input = { fundId: "1", effectiveDate: "2026-01-01", description: "x", entries: [] };
  const { cost } = await check(
    `mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }`,
    { input },
  );
  expect(cost?.estimate.estimated).toBe(11 + 1);
});
