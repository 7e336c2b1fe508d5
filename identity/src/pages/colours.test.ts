import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const namesAndValues = async (file: string): Promise<Map<string, string>> => {
  const css = await readFile(new URL(`../../../${file}`, import.meta.url), "utf8");
  return new Map(
    [...css.matchAll(/^\s+(--[\w-]+):\s*([^;]+);/gm)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
};

test("a custom property of the pages has the same value in the web app", async () => {
  const pages = await namesAndValues("identity/assets/identity.css");
  const web = await namesAndValues("web/src/app.css");
  const shared = [...pages.keys()].filter((name) => web.has(name));
  expect(shared.length).toBeGreaterThan(12);
  for (const name of shared) expect([name, pages.get(name)]).toEqual([name, web.get(name)]);
});
