import { parse, print } from "graphql";
import { describe, expect, it } from "vitest";
import { plannerKeysOf } from "../supergraph/planner-keys.ts";
import { protectPlannerKeys, restoreClientKeys } from "./protect-planner-keys.ts";

const keys = {
  plain: new Set(["__typename", "id", "position", "comments"]),
  withArguments: new Set(["comments"]),
};
const protect = (source: string) => protectPlannerKeys(parse(source), keys);
const flat = (source: string) => print(protect(source).document).replaceAll(/\s+/g, " ").trim();

describe("client keys", () => {
  it.each([
    ["{ fund { id position name } }", "{ fund { id position name } }"],
    ["{ fund { position: name } }", "{ fund { _client_position: name } }"],
    ["{ fund { comments(limit: 1) } }", "{ fund { _client_comments: comments(limit: 1) } }"],
    ["{ fund { comments } }", "{ fund { _client_comments: comments } }"],
    ["{ fund { few: comments(limit: 1) } }", "{ fund { few: comments(limit: 1) } }"],
    [
      "{ fund { ...F } } fragment F on Fund { id: name }",
      "{ fund { ...F } } fragment F on Fund { _client_id: name }",
    ],
    ["{ fund { _client_id: name } }", "{ fund { _client__client_id: name } }"],
  ])("%s become %s", (source, expected) => {
    expect(flat(source)).toBe(expected);
  });

  it("that need not move leave the document as it is", () => {
    const document = parse("{ fund { id name } }");
    expect(protectPlannerKeys(document, keys)).toEqual({ document, renamed: undefined });
  });

  it("come back in lists, fragments and below each other, and custom scalars are left alone", () => {
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
});

describe("planner keys", () => {
  it("are the fields of every key and requirement, nested ones too", () => {
    const found = plannerKeysOf(
      parse(
        `type A @join__type(graph: X, key: "id owner { code }") { d: Int @join__field(graph: Y, requires: "list(limit: 3) { size }") }`,
      ),
    );
    expect([...found.plain].sort()).toEqual(["__typename", "code", "id", "list", "owner", "size"]);
    expect([...found.withArguments]).toEqual(["list"]);
  });

  it("refuse a graph that requires one field with two different arguments", () => {
    expect(() =>
      plannerKeysOf(
        parse(
          `type A { d: Int @join__field(requires: "list(limit: 3)") e: Int @join__field(requires: "list(limit: 4)") }`,
        ),
      ),
    ).toThrow("different arguments");
  });
});
