import { describe, expect, it } from "vitest";
import { type Canned, graphOf, runCanned } from "./canned-graph.fixture.ts";

const one = graphOf({
  one: `type Query { x: String id: ID int: Int float: Float big: Big list: [String!] strict: String! echo(big: Big): Big item: Item }
    scalar Big type Item { name: String! note: String }`,
});

const answered = async (query: string, text: unknown) => runCanned(one, query, () => text);
const codesOf = ({ errors }: Awaited<ReturnType<typeof answered>>) =>
  errors?.map(({ path, extensions }) => [path?.join("."), extensions["code"]]);

describe("a subgraph's answer", () => {
  it("keeps its data when errors are null", async () => {
    expect(await answered("{ x }", { data: { x: "X" }, errors: null })).toEqual({
      data: { x: "X" },
    });
  });

  it("keeps message and code of an error when its path is null", async () => {
    const error = { message: "gone", path: null, extensions: { code: "NOT_FOUND" } };
    const { errors } = await answered("{ x }", { data: { x: null }, errors: [error] });
    expect(errors?.map(({ message, extensions }) => [message, extensions["code"]])).toEqual([
      ["gone", "NOT_FOUND"],
    ]);
  });

  it.each(["9007199254740993", "123456789012345678.90", '{"deep":[0.1234567890123456789]}'])(
    "keeps every digit of a custom scalar when it is %s",
    async (big) => {
      const result = await answered("{ big }", `{"data":{"big":${big}}}`);
      expect(JSON.stringify(result)).toBe(`{"data":{"big":${big}}}`);
    },
  );

  it.each([
    ["id", "7", '"7"'],
    ["id", "9007199254740993", '"9007199254740993"'],
    ["int", "1.0", "1"],
    ["float", "0.1234567890123456789", "0.1234567890123456789"],
  ])("is coerced by the specification when %s is %s", async (field, sent, expected) => {
    const result = await answered(`{ ${field} }`, `{"data":{"${field}":${sent}}}`);
    expect(JSON.stringify(result)).toBe(`{"data":{"${field}":${expected}}}`);
  });

  it.each([
    ["int", "4294967296"],
    ["int", "9007199254740993"],
    ["int", "1.5"],
    ["int", '"1"'],
    ["id", "1.5"],
    ["id", "true"],
    ["float", "1e400"],
    ["big", "1e400"],
    ["x", "1"],
    ["list", '{"a":1}'],
    ["list", '["a",null]'],
    ["item", "[]"],
    ["item", '"text"'],
    ["item", '{"name":null}'],
    ["item", '{"name":"a","__typename":"Query"}'],
  ])("is null with a coded error when %s is %s", async (field, sent) => {
    const selected = field === "item" ? "item { name }" : field;
    const result = await answered(`{ ${selected} }`, `{"data":{"${field}":${sent}}}`);
    expect(result.data).toEqual({ [field]: null });
    expect(codesOf(result)?.map(([, code]) => code)).toEqual(["UPSTREAM_INVALID"]);
  });

  it("is an error when an asked field is absent, beside an error of another field", async () => {
    const errors = [{ message: "no", path: ["item"], extensions: { code: "NOT_FOUND" } }];
    const result = await answered("{ x int item { name } }", { data: { int: 1 }, errors });
    expect(result.data).toEqual({ x: null, int: 1, item: null });
    expect(codesOf(result)).toEqual([
      ["item", "NOT_FOUND"],
      ["x", "UPSTREAM_INVALID"],
    ]);
  });

  it("is no second error when the subgraph's own error explains the null", async () => {
    const errors = [{ message: "no", path: ["item", "name"], extensions: { code: "NOT_FOUND" } }];
    const result = await answered("{ item { name note } }", { data: { item: null }, errors });
    expect(codesOf(result)).toEqual([["item.name", "NOT_FOUND"]]);
  });
});

const reviewed: Canned = ({ variables }, name) =>
  name === "one"
    ? { data: { top: { __typename: "Bk", id: "1", title: "T" } } }
    : {
        data: {
          _entities: (variables["representations"] as unknown[]).map(() => ({
            __typename: "Media",
            review: "R",
          })),
        },
      };

describe("an interface object", () => {
  const media = graphOf({
    one: `type Query { top: Media } interface Media @key(fields: "id") { id: ID! title: String } type Bk implements Media @key(fields: "id") { id: ID! title: String }`,
    two: `type Media @key(fields: "id") @interfaceObject { id: ID! review: String }`,
  });
  it("never overwrites the name of the concrete type", async () => {
    const query = "{ top { __typename title ... on Bk { __typename review } } }";
    expect(await runCanned(media, query, reviewed)).toEqual({
      data: { top: { __typename: "Bk", title: "T", review: "R" } },
    });
  });
});

describe("an entity", () => {
  const graph = graphOf({
    one: `type Query { funds: [Fund!]! } type Fund @key(fields: "id") { id: ID! name: String }`,
    two: `type Fund @key(fields: "id") { id: ID! grade: Int strict: Int! }`,
  });
  const run = async (field: string, entities: unknown) =>
    runCanned(graph, `{ funds { name ${field} } }`, (_request, name) =>
      name === "one"
        ? { data: { funds: [{ __typename: "Fund", id: "1", name: "A" }] } }
        : { data: { _entities: entities } },
    );

  it("has null fields without an error when its subgraph does not have it", async () => {
    expect(await run("grade", [null])).toEqual({ data: { funds: [{ name: "A", grade: null }] } });
  });

  it.each([
    ["a required field is absent", "strict", [{}]],
    ["a required field's entity is null", "strict", [null]],
  ])("makes the answer null with an error when %s", async (_what, field, entities) => {
    const result = await run(field, entities);
    expect(result.data).toBeNull();
    expect(codesOf(result)).toEqual([["funds.0.strict", "UPSTREAM_INVALID"]]);
  });

  it.each([
    ["absent", undefined],
    ["too few", []],
    ["too many", [{ grade: 1 }, { grade: 2 }]],
    ["no list", { grade: 1 }],
    ["no objects", ["text"]],
    ["without the field", [{}]],
  ])("has a coded error for its field when entities are %s", async (_what, entities) => {
    const result = await run("grade", entities);
    expect(result.data).toEqual({ funds: [{ name: "A", grade: null }] });
    expect(codesOf(result)).toEqual([["funds.0.grade", "UPSTREAM_INVALID"]]);
  });
});
