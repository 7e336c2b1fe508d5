import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDemo, writeDemo, type DemoDirectory } from "./demo-directory.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-directory-"));
  file = join(folder, "demo.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const contents = { fundIds: { one: "f" }, accountIds: {}, instrumentIds: { two: "i" } };
const access = {
  issuer: "http://localhost:4100",
  tokenEndpoint: "http://localhost:4100/oauth/token",
  resource: "urn:allfunds:graph",
  clients: [{ clientId: "c", clientSecret: "s", scopes: ["ledger:read"] }],
  users: [{ email: "a@demo.example", password: "p", role: "admin", totpSecret: "t" }],
};
const demo: DemoDirectory = { ...access, ...contents, endpoints: { web: "http://localhost:3000" } };

describe("the demo's file", () => {
  it("is empty before the first start", async () => {
    expect(await readDemo(file)).toEqual({});
  });

  it("keeps everything, for its owner only, whatever mode it had", async () => {
    await writeFile(file, "{}", { mode: 0o644 });
    await writeDemo(file, demo);
    expect(await readDemo(file)).toEqual({ access, contents });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["an older version, which had no sign-ins", { ...contents, endpoints: {} }, { contents }],
    ["a start that was interrupted before its books were there", access, { access }],
    ["a version that wrote no clients", { ...access, clients: [] }, {}],
  ])("of %s has what it has", async (_who, kept, expected) => {
    await writeFile(file, JSON.stringify(kept));
    expect(await readDemo(file)).toEqual(expected);
  });
});
