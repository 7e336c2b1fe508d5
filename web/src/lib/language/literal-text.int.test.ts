import { globSync, readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "svelte/compiler";
import { expect, test } from "vitest";

const SOURCES = fileURLToPath(new URL("../..", import.meta.url));
const files = globSync("**/*.{svelte,css}", { cwd: SOURCES }).map((file) =>
  file.split(sep).join("/"),
);
const read = (file: string): string => readFileSync(`${SOURCES}/${file}`, "utf8");

/** Attributes that screen readers announce. */
const SPOKEN = new Set(["aria-label", "placeholder", "title", "alt", "label", "about", "what"]);
/** Where text is a value and not shown. */
const VALUES = new Set(["Attribute", "StyleDirective"]);
/** What is the same in every language. */
const SAME = /AllFunds|Ctrl K|Ctrl|\b(?:K|UTC|ISIN|IBAN|LEI|EUR|USD|ECB|LU)\b|Europe\/Luxembourg/g;
const hasWords = (text: string): boolean => /\p{L}{2}/u.test(text.replaceAll(SAME, ""));

type Node = { type: string; [key: string]: unknown };
const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value;

/** Words of a component that no catalogue has: in its markup and in what is announced. */
function literalsOf(source: string): string[] {
  const found: string[] = [];
  const visit = (node: Node, parent: Node | undefined) => {
    if (node.type === "Text" && !VALUES.has(parent?.type ?? "")) {
      const text = String(node["data"]).trim();
      if (hasWords(text)) found.push(text);
    }
    if (node.type === "Attribute" && SPOKEN.has(String(node["name"]))) {
      const parts = [node["value"]].flat().filter(isNode);
      const text = parts
        .map((part) => (part.type === "Text" ? String(part["data"]) : ""))
        .join(" ");
      if (hasWords(text)) found.push(text.trim());
    }
    if (node.type === "Literal" && isSentence(node["value"])) found.push(String(node["value"]));
    // A declaration in the markup is code.
    for (const [key, value] of Object.entries(node)) {
      if (key === "css" || key === "instance" || key === "module") continue;
      for (const child of [value].flat()) if (isNode(child)) visit(child, node);
    }
  };
  visit(parse(source, { modern: true }).fragment as unknown as Node, undefined);
  return found;
}

/** A text in an expression is for people when it has a space or begins with a capital. */
const isSentence = (value: unknown): boolean =>
  typeof value === "string" && (/\p{L} \p{L}/u.test(value) || /^\p{Lu}\p{Ll}/u.test(value));

test("writes all words of components in the catalogues", () => {
  const literal = files.filter(
    (file) => file.endsWith(".svelte") && literalsOf(read(file)).length > 0,
  );
  expect(literal).toEqual([]);
});

const PHYSICAL =
  /(?<![-\w])(?:(?:margin|padding|border)-(?:left|right)(?:-\w+)?|left|right)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b/;

/** A rule of one direction is right in it. */
const OF_ONE_DIRECTION = /[^{}]*:dir\((?:ltr|rtl)\)[^{}]*\{[^}]*\}/g;

test("has no style that is right in one direction of writing only", () => {
  const found = files.filter((file) => {
    const [, style = ""] = file.endsWith(".css")
      ? ["", read(file)]
      : (/<style>([\s\S]*?)<\/style>/.exec(read(file)) ?? []);
    const uncommented = style.replaceAll(/\/\*[\s\S]*?\*\//g, "");
    return PHYSICAL.test(uncommented.replaceAll(OF_ONE_DIRECTION, ""));
  });
  expect(found.map((file) => relative(".", file))).toEqual([]);
});
