import { parse, print } from "graphql";
import { expect, it } from "vitest";
import { fetchEmptySelections } from "./fetch-empty-selections.ts";

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
])(
  "asks whether an object is there when conditions may leave out all of it: %s",
  (_, source, expected) => {
    expect(planned(source)).toBe(expected);
  },
);

it("asks inside of what it has asked for, too", () => {
  expect(planned("{ fund { holder @skip(if: $a) { name @skip(if: $b) } } }")).toBe(
    "{ fund { __typename holder @skip(if: $a) { __typename name @skip(if: $b) } } }",
  );
});

it("looks at each fragment once, however often the others spread it", () => {
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
])("leaves alone what is asked for in any case: %s", (source) => {
  expect(planned(source)).toBe(source);
});
