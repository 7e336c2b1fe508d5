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

it.each([
  ["{ fund { id name @include(if: $a) } }"],
  ["{ fund { ...F } } fragment F on Fund { id name @include(if: $a) }"],
  ["{ fund @include(if: $a) { id } }"],
])("leaves alone what is asked for in any case: %s", (source) => {
  expect(planned(source)).toBe(source);
});
