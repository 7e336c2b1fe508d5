import { describe, expect, it } from "vitest";
import { mutualPairs } from "./folders.mjs";

const source = (file, ...specifiers) => ({
  file,
  text: specifiers.map((specifier) => `import { a } from "${specifier}";`).join("\n"),
});

describe("folders that import each other", () => {
  it("are found once, with the imports of each", () => {
    const sources = [
      source("a/src/one/x.ts", "../two/y.ts", "../two/z.ts"),
      source("a/src/two/y.ts", "../one/x.ts"),
    ];
    expect(mutualPairs(sources)).toEqual([{ folders: ["a/src/one", "a/src/two"], counts: [2, 1] }]);
  });

  it("include a folder and the one that contains it", () => {
    const sources = [source("a/x.ts", "./deep/y.ts"), source("a/deep/y.ts", "../x.ts")];
    expect(mutualPairs(sources)).toMatchObject([{ folders: ["a", "a/deep"] }]);
  });

  it("are found through type imports, re-exports, dynamic imports and the web's library alias", () => {
    const sources = [
      { file: "web/src/routes/page.svelte", text: `import type { T } from "#lib/graph/t.ts";` },
      { file: "web/src/lib/graph/t.ts", text: `export * from "../../routes/page.svelte";` },
      { file: "b/one/x.ts", text: `const y = await import("../two/y.ts");` },
      { file: "b/two/y.ts", text: `export { a } from "../one/x.ts";` },
    ];
    expect(mutualPairs(sources).map(({ folders }) => folders)).toEqual([
      ["b/one", "b/two"],
      ["web/src/lib/graph", "web/src/routes"],
    ]);
  });

  it("are not those that import in one direction, a package, or their own files", () => {
    const sources = [
      source("a/one/x.ts", "../two/y.ts", "./own.ts", "@allfunds/platform/http"),
      source("a/two/y.ts", "node:fs"),
    ];
    expect(mutualPairs(sources)).toEqual([]);
  });
});
