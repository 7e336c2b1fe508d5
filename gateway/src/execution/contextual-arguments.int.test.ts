import { describe, expect, it } from "vitest";
import type { SubgraphRequest } from "../subgraphs/subgraph-request.ts";
import { type Canned, graphOf, runCanned } from "./canned-graph.fixture.ts";

const graph = graphOf({
  one: `type Query { funds: [Fund!]! }
    type Fund @key(fields: "id") @context(name: "fund") { id: ID! currency: String! item: Item! items: [Item!]! }
    type Item @key(fields: "id") {
      id: ID!
      label(currency: String @fromContext(field: "$fund { currency }"), long: Boolean = false): String
    }`,
  two: `type Item @key(fields: "id") { id: ID! weight: Int }`,
});

const fund = (id: string, currency: string, ...items: string[]) => ({
  __typename: "Fund",
  id,
  currency,
  item: { __typename: "Item", id: items[0] },
  items: items.map((item) => ({ __typename: "Item", id: item })),
});
const FUNDS = [fund("1", "EUR", "a", "b"), fund("2", "USD", "a"), fund("3", "EUR", "a", "c")];

/** Labels repeat the currency that came as an argument. */
const answering =
  (requests: SubgraphRequest[], funds: readonly object[] = FUNDS): Canned =>
  (request, name) => {
    requests.push(request);
    const { query, variables } = request;
    const { representations } = variables as { representations?: { id: string }[] };
    if (representations === undefined) return { data: { funds } };
    if (name === "two")
      return {
        data: { _entities: representations.map(() => ({ __typename: "Item", weight: 1 })) },
      };
    const [, key = "label"] = /(\w+):label/.exec(query) ?? [];
    const [, variable = ""] = /currency:\$(\w+)/.exec(query) ?? [];
    const label = ({ id }: { id: string }) => `${id} in ${String(variables[variable])}`;
    return {
      data: {
        _entities: representations.map((one) => ({ __typename: "Item", [key]: label(one) })),
      },
    };
  };

describe("an argument from the objects around", () => {
  it("is what each object has around it, and one request is sent for each value", async () => {
    const requests: SubgraphRequest[] = [];
    const query = "{ funds { item { label } items { label weight } } }";
    const { data, errors } = await runCanned(graph, query, answering(requests));
    expect(errors).toBeUndefined();
    const { funds } = data as { funds: { item: Labelled; items: Labelled[] }[] };
    const labels = funds.map(({ item, items }) => [item.label, ...items.map(({ label }) => label)]);
    expect(labels).toEqual([
      of("EUR", "a", "a", "b"),
      of("USD", "a", "a"),
      of("EUR", "a", "a", "c"),
    ]);
    const labelled = requests.filter(({ query: text }) => text.includes("label"));
    expect(labelled).toHaveLength(2);
  });

  it("comes beside the client's own arguments, aliases and variables of any name", async () => {
    const query = `query ($contextualArgument_1_0: Boolean) {
      funds { currency: id item { x: label(long: $contextualArgument_1_0) } } }`;
    const requests: SubgraphRequest[] = [];
    const variables = { contextualArgument_1_0: true };
    const funds = FUNDS.map((one) => ({ ...one, _client_currency: one.id }));
    const { data } = await runCanned(graph, query, answering(requests, funds), variables);
    expect(data).toEqual({
      funds: [
        { currency: "1", item: { x: "a in EUR" } },
        { currency: "2", item: { x: "a in USD" } },
        { currency: "3", item: { x: "a in EUR" } },
      ],
    });
    expect(JSON.stringify(requests.at(-1)?.variables)).toContain(
      '"_client_contextualArgument_1_0":true',
    );
  });

  it("is absent from the schema that clients see", () => {
    const item = graph.apiSchema.getType("Item") as { getFields: () => Record<string, unknown> };
    expect(item.getFields()["label"]).toMatchObject({ args: [{ name: "long" }] });
  });

  it("of an error is located at the objects of its group", async () => {
    const { data, errors } = await runCanned(
      graph,
      "{ funds { item { label } } }",
      (request, name) =>
        Object.values(request.variables).includes("USD")
          ? { errors: [{ message: "no rate", path: ["_entities", 0, "label"] }], data: { _entities: [{ __typename: "Item", label: null }] } } // prettier-ignore
          : answering([])(request, name),
    );
    expect(data).toMatchObject({
      funds: [{ item: { label: "a in EUR" } }, { item: { label: null } }, {}],
    });
    expect(errors?.map(({ path }) => path)).toEqual([["funds", 1, "item", "label"]]);
  });
});

const of = (currency: string, ...ids: string[]) => ids.map((id) => `${id} in ${currency}`);

interface Labelled {
  readonly label: string;
}
