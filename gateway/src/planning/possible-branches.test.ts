import { buildSchema, parse, print, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { possibleBranches } from "./possible-branches.ts";

const schema = buildSchema(`
  type Query { a: A! named: Named any: U list: [[Named!]] }
  interface Named { id: ID! }
  type A implements Named { id: ID! next: U x(n: Int): Int }
  type B implements Named { id: ID! next: Named }
  type V { v: Int }
  union U = A | V`);

const flat = (source: string): string => {
  const document = parse(source);
  const simple = possibleBranches(document, schema);
  expect([validate(schema, document), validate(schema, simple)]).toEqual([[], []]);
  return print(simple).replaceAll(/\s+/g, " ").trim();
};

describe("possibleBranches", () => {
  it.each([
    ["a field", "{ a { id x(n: 1) } }", "{ a { id x(n: 1) } }"],
    ["its own type", "{ a { ... on A { id } ... { x } } }", "{ a { id x } }"],
    ["its interface", "{ a { ... on Named { id ... on A { x } } } }", "{ a { id x } }"],
    ["another type behind a union", "{ a { id ... on U { ... on V { v } } } }", "{ a { id } }"],
    ["nothing else", "{ a { ... on U { ... on V { v } } } }", "{ a { __typename } }"],
    [
      "a union behind an interface",
      "{ named { ... on U { ... on A { x } ... on V { v } } } }",
      "{ named { ... on A { x } } }",
    ],
    [
      "both types of an interface",
      "{ list { ... on A { x } ... on B { id } ... on Named { id } } }",
      "{ list { ... on A { x } ... on B { id } id } }",
    ],
    [
      "fragments by name, within each other",
      "{ any { ...F } } fragment F on A { ...G next { ...F2 } } fragment G on Named { id ... on B { id } } fragment F2 on Named { ... on A { x } }",
      "{ any { ... on A { id next { ... on A { x } } } } }",
    ],
    [
      "a directive",
      "query ($no: Boolean!) { a { ... on Named @include(if: $no) { id } } }",
      "query ($no: Boolean!) { a { ... on A @include(if: $no) { id } } }",
    ],
    ["the schema itself", "{ __schema { types { name } } }", "{ __schema { types { name } } }"],
  ])("keeps of %s what can apply", (_name, source, expected) => {
    expect(flat(source)).toBe(expected);
  });
});
