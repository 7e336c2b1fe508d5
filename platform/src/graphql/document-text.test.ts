import { expect, it } from "vitest";
import { refuseLargeDocument } from "./document-text.ts";

const refused = (source: string): boolean => {
  try {
    refuseLargeDocument(source);
    return false;
  } catch {
    return true;
  }
};

it.each([
  ["fields are nested 2,400 times", "{a".repeat(2_400), true],
  ["lists are nested 2,450 times", `{a(b:${"[".repeat(2_450)}`, true],
  [
    "objects are nested 300 times after a string with a quote",
    `{a(b:"\\"",c:${"{d:".repeat(300)}`,
    true,
  ],
  ["it is longer than 256 KB", `{__typename}#${"x".repeat(300_000)}`, true],
  ["brackets are closed again", `{${"a(b:[{c:1}]){d} ".repeat(300)}}`, false],
  ["brackets are in a string", `{a(b:"${"{".repeat(300)}")}`, false],
  ["brackets are in a block string", `{a(b:"""${'{"'.repeat(300)}""")}`, false],
  ["brackets are in a comment", `{a #${"{".repeat(300)}\n}`, false],
  ["the string does not end", `{a(b:"${"{".repeat(100)}`, false],
])("decides about a document when %s", (_what, source, expected) => {
  expect(refused(source)).toBe(expected);
});

it("reads a hostile text of strings in linear time", () => {
  expect(refused('"""\\"'.repeat(50_000))).toBe(false);
});
