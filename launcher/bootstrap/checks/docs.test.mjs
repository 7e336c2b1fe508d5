import { describe, expect, it } from "vitest";
import { findBroken } from "./docs.mjs";

const repository = {
  files: new Set([
    "README.md",
    "docs/a.md",
    "gateway/src/main.ts",
    "gateway/src/guard/cost/price.ts",
  ]),
  folders: new Set([
    "docs",
    "gateway",
    "gateway/src",
    "gateway/src/guard",
    "gateway/src/guard/cost",
  ]),
  scripts: new Map([
    ["", new Set(["start", "bench:ledger"])],
    ["gateway", new Set(["dev"])],
  ]),
};
const broken = (text) => findBroken("docs/a.md", text, repository).map(({ what }) => what);

describe("what a document names", () => {
  it.each([
    "`gateway/src/main.ts`, `gateway/src/guard/` and `guard/cost/price.ts`",
    "`price.ts`",
    "[the readme](../README.md) and [a part](a.md#part) and [elsewhere](https://example.com/x.ts)",
    "`node gateway/dist/main.js`",
    "`gateway/dist/` and `.data/demo.json` are made",
    "`application/json`, `/api/v1/ledger`, `<noun>-sql.ts`, `gateway/*.ts`",
    "npm run start, `npm run -s bench:ledger -- --only feed`, `npm run dev -w gateway`",
    "```sh\nnode gateway/dist/main.js --port 4000\n```",
  ])("is accepted when it exists, or is no path: %s", (text) => {
    expect(broken(text)).toEqual([]);
  });

  it.each([
    ["`gateway/src/gone.ts`", "there is no gateway/src/gone.ts"],
    ["`gateway/old/`", "there is no gateway/old/"],
    ["`gone.ts`", "there is no gone.ts"],
    ["`cost/gone.ts`", "there is no cost/gone.ts"],
    ["`gateway/dist/gone.js`", "there is no gateway/dist/gone.js"],
    ["[gone](gone.md)", "there is no docs/gone.md"],
    ["```sh\nnode gateway/gone.mjs\n```", "there is no gateway/gone.mjs"],
    ["`npm run gone`", `there is no script "gone" in the root`],
    ["`npm run gone -w gateway`", `there is no script "gone" in gateway`],
  ])("is refused when it does not exist: %s", (text, what) => {
    expect(broken(text)).toEqual([what]);
  });
});
