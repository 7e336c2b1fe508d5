import { parse, print } from "graphql";
import { describe, expect, it } from "vitest";
import { plannerKeysOf } from "../supergraph/planner-keys.ts";
import { fetchEmptySelections, protectPlannerKeys, restoreClientKeys } from "./planner-document.ts";

const keys = {
  plain: new Set(["__typename", "id", "position", "comments"]),
};
const protect = (source: string) => protectPlannerKeys(parse(source), keys);
const flat = (source: string) => print(protect(source).document).replaceAll(/\s+/g, " ").trim();

describe("protectPlannerKeys", () => {
  it.each([
    ["{ fund { id position name } }", "{ fund { id position name } }"],
    ["{ fund { position: name } }", "{ fund { _client_position: name } }"],
    ["{ fund { comments(limit: 1) } }", "{ fund { _client_comments: comments(limit: 1) } }"],
    ["{ fund { comments } }", "{ fund { comments } }"],
    ["{ fund { few: comments(limit: 1) } }", "{ fund { few: comments(limit: 1) } }"],
    [
      "{ fund { ...F } } fragment F on Fund { id: name }",
      "{ fund { ...F } } fragment F on Fund { _client_id: name }",
    ],
    ["{ fund { _client_id: name } }", "{ fund { _client__client_id: name } }"],
  ])("rewrites the keys when the document is %s: %s", (source, expected) => {
    expect(flat(source)).toBe(expected);
  });

  it("returns the same document when no key collides", () => {
    const document = parse("{ fund { id name } }");
    expect(protectPlannerKeys(document, keys)).toEqual({ document, renamed: undefined });
  });

  it("is reverted in lists, fragments and nested objects, but not in custom scalars, when keys are restored", () => {
    const { renamed } = protect(
      "{ funds { id: name ...F metadata } } fragment F on Fund { sub { position: a b } }",
    );
    if (renamed === undefined) throw new Error("nothing was renamed");
    const data = {
      funds: [
        null,
        { _client_id: "n", sub: { _client_position: 1, b: [2] }, metadata: { _client_id: "kept" } },
      ],
    };
    expect(restoreClientKeys(data, renamed)).toEqual({
      funds: [null, { id: "n", sub: { position: 1, b: [2] }, metadata: { _client_id: "kept" } }],
    });
  });

  it("copies nothing below the last renamed key when keys are restored", () => {
    const { renamed } = protect("{ comments(limit: 1) { id author { name } } other { id } }");
    if (renamed === undefined) throw new Error("nothing was renamed");
    const data = { _client_comments: [{ id: "1", author: { name: "A" } }], other: { id: "2" } };
    const restored = restoreClientKeys(data, renamed) as Record<string, unknown>;
    expect(restored).toEqual({ comments: data["_client_comments"], other: data.other });
    expect((restored["comments"] as unknown[])[0]).toBe(data["_client_comments"][0]);
    expect(restored["other"]).toBe(data.other);
  });

  it("keeps a client's key that objects inherit when keys are restored", () => {
    const { renamed } = protect("{ fund { __proto__: name position: code } }");
    if (renamed === undefined) throw new Error("nothing was renamed");
    const data = JSON.parse('{"fund": {"__proto__": "n", "_client_position": "c"}}') as unknown;
    expect(JSON.stringify(restoreClientKeys(data, renamed))).toBe(
      '{"fund":{"__proto__":"n","position":"c"}}',
    );
  });
});

describe("plannerKeysOf", () => {
  it("returns the fields of every key and requirement when they are nested too", () => {
    const found = plannerKeysOf(
      parse(
        `type A @join__type(graph: X, key: "id owner { code }") { d: Int @join__field(graph: Y, requires: "list(limit: 3) { size }") }`,
      ),
    );
    expect([...found.plain].sort()).toEqual(["__typename", "code", "id", "list", "owner", "size"]);
  });
});

const planned = (source: string): string =>
  print(fetchEmptySelections(parse(source)))
    .replaceAll(/\s+/g, " ")
    .trim();

it.each([
  [
    "a field",
    "{ fund { name @include(if: $a) } }",
    "{ fund { __typename name @include(if: $a) } }",
  ],
  [
    "fragments of either kind, however deep",
    "{ fund { ... { ...F } ... on Fund @skip(if: $a) { id } } } fragment F on Fund { name @skip(if: $a) }",
    "{ fund { __typename ... { ...F } ... on Fund @skip(if: $a) { id } } } fragment F on Fund { name @skip(if: $a) }",
  ],
])("adds __typename when conditions may remove all of an object: %s", (_, source, expected) => {
  expect(planned(source)).toBe(expected);
});

it("adds __typename at every level when objects are nested", () => {
  expect(planned("{ fund { holder @skip(if: $a) { name @skip(if: $b) } } }")).toBe(
    "{ fund { __typename holder @skip(if: $a) { __typename name @skip(if: $b) } } }",
  );
});

it("visits each fragment once when 60 fragments spread each other twice", () => {
  const levels = Array.from({ length: 60 }, (_, level) => {
    const next = level < 59 ? `...F${level + 1} ...F${level + 1}` : "name @skip(if: $a)";
    return `fragment F${level} on Fund { ${next} }`;
  });
  expect(planned(`{ fund { ...F0 } } ${levels.join(" ")}`)).toContain("{ __typename ...F0 }");
});

it.each([
  ["{ fund { id name @include(if: $a) } }"],
  ["{ fund { ...F } } fragment F on Fund { id name @include(if: $a) }"],
  ["{ fund @include(if: $a) { id } }"],
])("leaves an object unchanged when a field of it is always selected: %s", (source) => {
  expect(planned(source)).toBe(source);
});
