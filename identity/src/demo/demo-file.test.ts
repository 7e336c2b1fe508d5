import { mkdtemp, rm, stat, writeFile, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readDemoFile, writeDemoFile } from "./demo-file.ts";
import type { DemoAccess } from "./make-demo.ts";

const ACCESS: DemoAccess = {
  issuer: "http://localhost:4100",
  tokenEndpoint: "http://localhost:4100/oauth/token",
  resource: "urn:allfunds:graph",
  clients: [{ clientId: "c", clientSecret: "s", scopes: ["ledger:read"] }],
  users: [],
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-file-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("credentials are read as they were written, by their owner only", async () => {
  expect(await readDemoFile(folder)).toBeUndefined();
  const file = await writeDemoFile(folder, ACCESS);
  expect(await readDemoFile(folder)).toEqual(ACCESS);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("preserves the other entries of the file when credentials are written", async () => {
  const file = join(folder, "demo.json");
  const ids = { fundIds: { balanced: "f" } };
  await writeFile(file, JSON.stringify(ids));
  expect(await readDemoFile(folder)).toBeUndefined();
  await writeDemoFile(folder, ACCESS);
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual({ ...ids, ...ACCESS });
});
