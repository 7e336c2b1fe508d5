import { describe, expect, it } from "vitest";
import { graphOf, runCanned } from "../execution/canned-graph.fixture.ts";
import type { SubgraphRequest } from "../subgraphs/subgraph-request.ts";

const graph = graphOf({
  one: `type Query { echo(big: Big, in: In, must: Big! = 1, all: [Big!]): Big } scalar Big
    input In { big: Big count: Int = 5 list: [Big] float: Float }`,
});

/** What a subgraph gets: the variables, as JSON with every digit, in the place of their names. */
async function received(query: string, variables = {}): Promise<string> {
  const sent: SubgraphRequest[] = [];
  const answer = await runCanned(
    graph,
    query,
    (request) => (sent.push(request), { data: { echo: 1 } }),
    variables,
  );
  expect(answer.errors).toBeUndefined();
  const [request = { query: "", variables: {} }] = sent;
  const [, call = ""] = /\{echo\((.*)\)\}$/.exec(request.query) ?? [];
  return spaced(
    call.replaceAll(/\$(\w+)/g, (_, name: string) => ` ${JSON.stringify(request.variables[name])}`),
  );
}

/** A text of GraphQL or JSON with one space where it has separators. */
const spaced = (text: string): string =>
  text.replaceAll(/[\s,]+/g, " ").replaceAll(/([:[{]) /g, "$1");

describe("a number in a literal", () => {
  it.each([
    ["{ echo(big: 9007199254740993) }", "big:9007199254740993"],
    ["{ echo(big: 123456789012345678.90) }", "big:123456789012345678.90"],
    ["{ echo(big: {a: [9007199254740993, -0.1]}) }", 'big:{"a":[9007199254740993,-0.1]}'],
    ["{ echo(in: {big: 9007199254740993, count: 7}) }", "in:{big:9007199254740993 count:7}"],
    ["{ echo(in: {list: [9007199254740993, 2]}) }", "in:{list:[9007199254740993 2]}"],
    ["{ echo(must: 9007199254740993) }", "must:9007199254740993"],
    ["{ echo(all: [1, 9007199254740993]) }", "all:[1 9007199254740993]"],
    ["query ($b: Big = 9007199254740993) { echo(big: $b) }", "big:9007199254740993"],
    ["query ($b: In = {big: 9007199254740993}) { echo(in: $b) }", 'in:{"big":9007199254740993}'],
    ["{ ...F } fragment F on Query { echo(big: 9007199254740993) }", "big:9007199254740993"],
    ["{ echo(big: 12, in: {float: 0.5}) }", "big:12 in:{float:0.5}"],
  ])("keeps every digit on its way to a subgraph: %s", async (query, expected) => {
    expect(await received(query)).toBe(spaced(expected));
  });

  it("keeps every digit beside variables, also those of its own name", async () => {
    const query = `query ($exactLiteral_0: Boolean, $b: Big = 9007199254740993) {
      echo(big: {deep: $exactLiteral_0, n: 9007199254740995}, must: $b) }`;
    expect(await received(query, { exactLiteral_0: true, b: 3 })).toBe(
      'big:{"deep":true "n":9007199254740995} must:3',
    );
  });
});
