import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const at = (file) => new URL(`../../../${file}`, import.meta.url);
const read = (file) => readFileSync(at(file), "utf8");

/** A test's name in quotes, and the file that has it. */
const QUOTED = /"([^"\n]+)" `([^`\n]+\.ts)`/g;

test("every test that docs/asvs.md names is in the file behind it", () => {
  const quoted = [...read("docs/asvs.md").matchAll(QUOTED)];
  expect(quoted.length).toBeGreaterThan(40);
  const absent = quoted.filter(
    ([, name, file]) => !existsSync(at(file)) || !read(file).includes(name),
  );
  expect(absent.map(([text]) => text)).toEqual([]);
});

test("every file that docs/asvs.md names is there", () => {
  const named = [...read("docs/asvs.md").matchAll(/`([\w-]+\/[\w./-]+\.(?:ts|mjs|md))`/g)];
  expect(named.length).toBeGreaterThan(60);
  expect(named.map(([, file]) => file).filter((file) => !existsSync(at(file)))).toEqual([]);
});
