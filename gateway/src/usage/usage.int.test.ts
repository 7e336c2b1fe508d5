import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import { DEMO_TENANT_ID, openContext } from "@allfunds/platform/context";
import { createLogger } from "@allfunds/platform/logging";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedisServer, startRedisServer } from "@allfunds/platform/testing/redis";
import { eventually, openService, type OpenService } from "../service.fixture.ts";
import {
  daysAgo,
  FileUsage,
  MemoryUsage,
  RedisUsage,
  type UsageStore,
  type UseCount,
} from "./usage-stores.ts";

let folder: string;
let file: string;
let gateway: OpenService;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "usage-"));
  file = join(folder, "usage.json");
  gateway = await openService({
    config: { GATEWAY_USAGE_FILE: file, GATEWAY_OPEN: false },
    access: undefined,
    contextOf: (headers) => ({
      ...openContext(headers),
      tenantId: headers["x-tenant"] === "other" ? OTHER_TENANT : DEMO_TENANT_ID,
      caller: {
        kind: "client",
        tenantId: DEMO_TENANT_ID,
        subject: "app",
        clientId: "registered",
        roles: [],
        scopes: headers["x-scope"] === "admin" ? ["admin"] : [],
        funds: ALL_GRANTED,
        acr: "pwd",
        amr: [],
        expiresAt: new Date(Date.now() + 600_000),
      },
    }),
  });
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

const OTHER_TENANT = "018f0000-0000-7000-8000-000000000002";
const named = (name: string, version: string) => ({
  "apollographql-client-name": name,
  "apollographql-client-version": version,
});

const usage = async (query = "", headers: Record<string, string> = { "x-scope": "admin" }) => {
  const response = await fetch(gateway.url.replace("/graphql", `/usage${query}`), { headers });
  return { status: response.status, ...((await response.json()) as { uses?: unknown }) };
};

describe("the usage of fields", () => {
  it("is counted by client and version, for fields and arguments of admitted operations", async () => {
    const query = `query ($id: ID!) { fund(id: $id) { name comments(limit: 2) } }`;
    const variables = { id: "1" };
    await gateway.run(query, { variables, headers: named("reports", "2.1") });
    await gateway.run(query, { variables, headers: named("reports", "2.1") });
    await gateway.run(`{ fund(id: "2") { name } }`);
    await gateway.run(`{ nothing }`, { headers: named("reports", "2.1") });
    const lastUsed = daysAgo(0);
    expect(await usage("?field=Fund.comments")).toMatchObject({
      status: 200,
      kept: "file",
      uses: [
        { field: "Fund.comments", client: "reports", version: "2.1", count: 2, lastUsed },
        { field: "Fund.comments(limit:)", client: "reports", version: "2.1", count: 2, lastUsed },
      ],
    });
    expect((await usage("?field=Fund.name&client=registered")).uses).toMatchObject([
      { client: "registered", version: "", count: 1 },
    ]);
  });

  it("is that of the caller's tenant, for administrators", async () => {
    expect((await usage("", { "x-scope": "admin", "x-tenant": "other" })).uses).toEqual([]);
    expect(await usage("", {})).toMatchObject({
      status: 403,
      errors: [{ extensions: { code: "FORBIDDEN" } }],
    });
    expect(await usage("?days=0")).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: "INVALID_INPUT" } }],
    });
  });

  it("is in the file when the process ends", async () => {
    await usage();
    const read = JSON.parse(await readFile(file, "utf8")) as UseCount[];
    expect(read.map(({ coordinate }) => coordinate)).toContain("Query.fund(id:)");
    const next = await FileUsage.open(file);
    expect(await next.read(OTHER_TENANT, daysAgo(1))).toEqual([]);
    expect((await next.read(DEMO_TENANT_ID, daysAgo(1))).length).toBe(read.length);
    await writeFile(join(folder, "broken.json"), "{");
    await expect(FileUsage.open(join(folder, "broken.json"))).rejects.toThrow("JSON");
  });
});

const count = (more: Partial<UseCount> = {}): UseCount => ({
  tenantId: "t",
  client: "web",
  version: "1",
  coordinate: "Fund.name",
  day: daysAgo(0),
  count: 2,
  ...more,
});

/** What a store has after two writes, since five days. */
async function sumsIn(store: UsageStore): Promise<(readonly UseCount[])[]> {
  await store.add([
    count({ day: daysAgo(3) }),
    count({ tenantId: "u" }),
    count({ day: daysAgo(91), client: "old" }),
  ]);
  await store.add([count({ count: 3 })]);
  const read = [await store.read("t", daysAgo(5)), await store.read("u", daysAgo(5))];
  await store.close();
  return read;
}

const SUMS = [[count({ count: 5 })], [count({ tenantId: "u" })]];

describe("the counts of two writes", () => {
  it("are added in memory, and dropped after 90 days", async () => {
    expect(await sumsIn(new MemoryUsage())).toEqual(SUMS);
  });

  it.runIf(hasRedisServer)("are added in Redis, for all replicas", async () => {
    const server = await startRedisServer();
    const store = new RedisUsage(server.url, createLogger("gateway", "silent"));
    await eventually(async () => store.read("t", daysAgo(1)).catch(() => undefined)).toEqual([]);
    expect(await sumsIn(store)).toEqual(SUMS);
    await server.kill();
  });
});
