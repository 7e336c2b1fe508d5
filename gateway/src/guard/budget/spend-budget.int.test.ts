import { createLogger } from "@allfunds/platform/logging";
import { testContext } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, openService, type OpenService } from "../../service.fixture.ts";
import { STANDARD_COST_POLICY } from "../cost/limit-cost.ts";
import { MemoryBuckets } from "./memory-buckets.ts";
import { RedisBuckets } from "./redis-buckets.ts";
import { hasRedisServer, startRedisServer } from "@allfunds/platform/testing/redis";
import type { BudgetPolicy } from "./spend-budget.ts";

const LIST = `{ funds(first: 9) { name insight } }`;
const POINTS = 46;

const policy = (capacity = 100): BudgetPolicy => ({
  buckets: new MemoryBuckets(() => 0),
  client: { capacity, refillPerSecond: 1 },
  tenant: { capacity: 1_000, refillPerSecond: 1 },
  address: { capacity: 1_000, refillPerSecond: 1 },
});

const start = (budget: BudgetPolicy): Promise<OpenService> =>
  openService({
    budget,
    cost: STANDARD_COST_POLICY,
    contextOf: (headers) => testContext({ actor: String(headers["actor"] ?? "ann") }),
  });

describe("a client's budget", () => {
  let gateway: OpenService;
  beforeAll(async () => {
    gateway = await start(policy());
  });
  afterAll(async () => gateway.close());

  it("refuses operations with the time to wait when their costs have used it up", async () => {
    const first = await gateway.run(LIST);
    expect(first.extensions).toMatchObject({
      cost: { estimated: POINTS, actual: POINTS },
      budget: { remaining: 100 - POINTS, capacity: 100, refillPerSecond: 1 },
    });
    expect(first.headers.get("ratelimit")).toBe(`"cost";r=54;t=0`);
    expect(first.headers.get("ratelimit-policy")).toBe(`"cost";q=100;w=100`);
    await gateway.run(LIST);

    const before = gateway.subgraphs.ledger.requests.length;
    const refused = await gateway.run(LIST);
    expect(refused.status).toBe(429);
    const { code, retryAfterSeconds } = refused.errors?.[0]?.extensions ?? {};
    expect(code).toBe("RATE_LIMITED");
    expect(retryAfterSeconds).toBe(38);
    expect(refused.headers.get("retry-after")).toBe(String(retryAfterSeconds));
    expect(refused.headers.get("ratelimit")).toBe(`"cost";r=8;t=${String(retryAfterSeconds)}`);
    expect(gateway.subgraphs.ledger.requests.length).toBe(before);
  });

  it("holds over a WebSocket, and leaves another client's untouched, when it is used up", async () => {
    const client = gateway.connect();
    await expect(client.iterate({ query: LIST }).next()).rejects.toMatchObject([
      { extensions: { code: "RATE_LIMITED" } },
    ]);
    await client.dispose();
    expect((await gateway.run(LIST, { headers: { actor: "bob" } })).errors).toBeUndefined();
  });

  it("regains the points of an operation when its answer costs less than estimated", async () => {
    const carol = { headers: { actor: "carol" } };
    // The mutation and its fund cost two points, but the fund was not returned; the query costs six.
    await gateway.run(`mutation { refuse { id } }`, carol);
    const { extensions } = await gateway.run(`{ fund(id: "1") { insight } }`, carol);
    expect(extensions).toMatchObject({ cost: { estimated: 6 }, budget: { remaining: 93 } });
  });
});

it("refuses a client when the clients of its tenant have used up the tenant's budget", async () => {
  const gateway = await start({ ...policy(), tenant: { capacity: 60, refillPerSecond: 1 } });
  await gateway.run(LIST, { headers: { actor: "ann" } });
  const { status } = await gateway.run(LIST, { headers: { actor: "bob" } });
  expect(status).toBe(429);
  await gateway.close();
});

it.skipIf(!hasRedisServer)(
  "answers every request when Redis is killed under load (skipped without redis-server)",
  async () => {
    const server = await startRedisServer();
    const buckets = new RedisBuckets(server.url, createLogger("gateway", "silent"));
    const gateway = await start({
      ...policy(1e9),
      tenant: { capacity: 1e9, refillPerSecond: 1 },
      buckets,
    });
    const answers = { ok: 0, failed: 0, on: true };
    const clients = Array.from({ length: 5 }, async () => {
      while (answers.on) {
        const { status, errors } = await gateway.run(`{ fund(id: "1") { name } }`);
        if (status === 200 && errors === undefined) answers.ok += 1;
        else answers.failed += 1;
      }
    });
    await eventually(() => answers.ok).toBeGreaterThan(20);
    await server.kill();
    const before = answers.ok;
    await eventually(() => answers.ok).toBeGreaterThan(before + 20);
    answers.on = false;
    await Promise.all(clients);
    expect(answers.failed).toBe(0);
    await gateway.close();
    await buckets.close();
  },
);
