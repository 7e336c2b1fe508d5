import type { AppError } from "@allfunds/contract/errors";
import type { PlanNode } from "@apollo/query-planner";
import { parse, print } from "graphql";
import { describe, expect, it } from "vitest";
import { type Canned, graphOf, runCanned } from "../execution/canned-graph.fixture.ts";
import type { Graph } from "../supergraph/graph.ts";
import { limitPlanning, newPlannerSource, Planner, refusePlanning } from "../supergraph/planner.ts";
import { fetchesOf } from "../supergraph/plan-fetches.ts";
import { planOperation, warmPlans } from "./plan-operation.ts";

type Entity = Readonly<Record<string, unknown>>;

const entitiesOf = (variables: Entity, resolve: (entity: Entity) => object) => ({
  data: { _entities: (variables["representations"] as Entity[]).map(resolve) },
});

describe("fields required with arguments", () => {
  const graph = graphOf({
    books: `type Query { funds: [Fund!]! }
      type Fund @key(fields: "id") { id: ID! nav(in: String!): Int owner: Owner } type Owner { share(of: Int!): Int }`,
    figures: `type Owner @external { share(of: Int!): Int }
      type Fund @key(fields: "id") { id: ID! nav(in: String!): Int @external owner: Owner @external
        inEuro: Int @requires(fields: "nav(in: \\"EUR\\")")
        inDollar: Int @requires(fields: "nav(in: \\"USD\\")")
        both: Int @requires(fields: "nav(in: \\"EUR\\") owner { share(of: 3) }") plain: Int }`,
  });
  const NAV: Readonly<Record<string, number>> = { EUR: 10, USD: 20, GBP: 30 };
  /** Answers a selected call under its response key. */
  const books: Canned = ({ query }) => {
    const calls = [...query.matchAll(/(\w+):nav\(in:"(\w+)"\)/g)];
    const navs = Object.fromEntries(calls.map(([, key, currency = ""]) => [key, NAV[currency]]));
    const shares = [...query.matchAll(/(\w+):share\(of:(\d)\)/g)];
    const owner = Object.fromEntries(shares.map(([, key, of]) => [key, Number(of)]));
    return { data: { funds: [{ __typename: "Fund", id: "1", ...navs, owner }] } };
  };
  const answer: Canned = (request, name) =>
    name === "books"
      ? books(request, name)
      : entitiesOf(request.variables, ({ nav, owner }) => ({
          __typename: "Fund",
          ...(request.query.includes("inEuro") ? { inEuro: nav } : {}),
          ...(request.query.includes("inDollar") ? { inDollar: nav } : {}),
          both: `${String(nav)}/${JSON.stringify(owner)}`.length,
          plain: 1,
        }));

  /** The same, with the client's own call. */
  const withClientNav: Canned = (request, name) => {
    const answered = answer(request, name) as { data: { funds?: Record<string, unknown>[] } };
    const [fund] = answered.data.funds ?? [];
    if (fund !== undefined) fund["nav"] = NAV["GBP"];
    return answered;
  };

  it("are fetched and sent once each when two fields require other arguments of one field", async () => {
    const { data, errors } = await runCanned(graph, "{ funds { inEuro inDollar plain } }", answer);
    expect([data, errors]).toEqual([
      { funds: [{ inEuro: 10, inDollar: 20, plain: 1 }] },
      undefined,
    ]);
  });

  it("are not mixed with the client's own call of the field", async () => {
    const query = `{ funds { nav: nav(in: "GBP") inEuro } }`;
    const { data } = await runCanned(graph, query, withClientNav);
    expect(data).toEqual({ funds: [{ nav: 30, inEuro: 10 }] });
  });

  it("are sent at their nested place under their own names", async () => {
    const sent: unknown[] = [];
    await runCanned(graph, "{ funds { both } }", (request, name) => {
      if (name === "figures") sent.push(request.variables["representations"]);
      return answer(request, name);
    });
    expect(sent).toEqual([[{ __typename: "Fund", id: "1", nav: 10, owner: { share: 3 } }]]);
  });
});

it("uses a key that the subgraph resolves when it declares others unresolvable", async () => {
  const graph = graphOf({
    one: `type Item @key(fields: "id") @key(fields: "code { a b }", resolvable: false) { id: ID! code: Code name: String } type Code @shareable { a: ID! b: ID! c: ID! }`,
    two: `type Query { items: [Item!]! } type Code @shareable { a: ID! b: ID! c: ID! }
      type Item @key(fields: "code { a b }", resolvable: false) @key(fields: "id code { b c }") { id: ID! code: Code name: String @external label: String @requires(fields: "name") }`,
  });
  const sent: unknown[] = [];
  const { data } = await runCanned(graph, "{ items { label } }", ({ variables }, name) => {
    if (variables["representations"] === undefined)
      return {
        data: { items: [{ __typename: "Item", id: "1", code: { a: "a", b: "b", c: "c" } }] },
      };
    if (name === "one")
      return entitiesOf(variables, () => ({ __typename: "Item", name: "N", id: "1" }));
    sent.push(variables["representations"]);
    return entitiesOf(variables, ({ name: label }) => ({ __typename: "Item", label }));
  });
  expect(sent).toEqual([[{ __typename: "Item", id: "1", code: { b: "b", c: "c" }, name: "N" }]]);
  expect(data).toEqual({ items: [{ label: "N" }] });
});

const plan = (graph: Graph, text: string) =>
  planOperation(graph, { document: parse(text), variables: {} }, text, undefined);

const graphWith = (percent: number) =>
  graphOf({
    old: `type Query { x: Int }`,
    new: `type Query { x: Int @override(from: "old", label: "percent(${percent})") }`,
  });

describe("a field that requires others and is required itself", () => {
  const graph = graphOf({
    one: `type Query { b: B } type B @key(fields: "id") { id: ID! n: Int @external middle: String @requires(fields: "n") }`,
    two: `type B @key(fields: "id") { id: ID! n: Int }`,
    three: `type B @key(fields: "id") { id: ID! middle: String @external last: String @requires(fields: "middle") }`,
  });

  it("is fetched with what it requires", async () => {
    const { plan: planned } = await plan(graph, "{ b { middle } }");
    expect(JSON.stringify(planned)).toContain('"name":"n"');
  });

  it("is fetched with it also where the planner would leave that out", async () => {
    const { plan: planned } = await plan(graph, "{ b { last } }");
    const fetches = fetchesOf(planned.node as PlanNode).map(({ serviceName, operation }) => [
      serviceName,
      operation.replace(/^.*\.\.\.on/, ""),
    ]);
    expect(fetches).toEqual([
      ["one", "{b{__typename id}}"],
      ["two", " B{n}}}"],
      ["one", " B{middle}}}"],
      ["three", " B{last}}}"],
    ]);
  });
});

describe("@override with a percentage", () => {
  it.each([
    [100, "new"],
    [0, "old"],
  ])("sends all operations to the subgraph it names when it is %i", async (percent, expected) => {
    const asked: string[] = [];
    await runCanned(graphWith(percent), "{ x }", (_request, name) => {
      asked.push(name);
      return { data: { x: 1 } };
    });
    expect(asked).toEqual([expected]);
  });

  it("plans an operation for its own chance", async () => {
    const graph = graphWith(50);
    const found = { document: parse("{ x }"), variables: {} };
    const plans = [20, 80, 20].map(async (chance) =>
      planOperation(graph, found, "{ x }", undefined, chance),
    );
    const services = (await Promise.all(plans)).map(({ plan }) =>
      plan.node?.kind === "Fetch" ? plan.node.serviceName : undefined,
    );
    expect(services).toEqual(["new", "old", "new"]);
  });
});

it("plans the operations of the old graph for the new one when it is swapped", async () => {
  const sdl = { one: "type Query { x: Int y: Int }" };
  const [old, next] = [graphOf(sdl), graphOf({ one: "type Query { x: Int }" })];
  await plan(old, "{ x }");
  await plan(old, "{ y }");
  await warmPlans(old, next);
  const warm = plan(next, "{ x }");
  expect((await warm).plan.node?.kind).toBe("Fetch");
});

it("refuses an operation that takes too long to plan, and plans the next with a new thread", async () => {
  const graph = graphOf({ one: "type Query { x: Int y: Int }" });
  await graph.planner.load();
  const many = `{ ${Array.from({ length: 20_000 }, (_, index) => `a${index}: x`).join(" ")} }`;
  limitPlanning(1);
  const slow = Promise.resolve(plan(graph, many));
  await expect(slow).rejects.toMatchObject({ code: "OPERATION_LIMIT_EXCEEDED" });
  limitPlanning(60_000);
  const next = await plan(graph, "{ y }");
  expect(next.plan.node?.kind).toBe("Fetch");
});

it("refuses the operations that wait to be planned once their source ends", async () => {
  const graph = graphOf({ one: "type Query { x: Int }" });
  const source = newPlannerSource();
  const planner = new Planner(print(graph.plannerGraph.document), source);
  await planner.load();
  const planned = Array.from({ length: 200 }, (_, nth) =>
    planner.plan({ document: `{ a${nth}: x }`, operationName: undefined, overrides: {} }).then(
      ({ kind }) => kind as string,
      ({ code }: AppError) => code,
    ),
  );
  await Promise.race(planned);
  refusePlanning(source);
  expect(new Set(await Promise.all(planned))).toEqual(new Set(["QueryPlan", "SHUTTING_DOWN"]));
  await expect(plan(graph, "{ x }")).resolves.toBeDefined();
});
