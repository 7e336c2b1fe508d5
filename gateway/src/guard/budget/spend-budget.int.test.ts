import { createLogger } from "@allfunds/platform/logging";
import { testContext } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSmallGateway, type SmallGateway } from "../../small-gateway.fixture.ts";
import { STANDARD_COST_POLICY } from "../cost/cost-policy.ts";
import { MemoryBuckets } from "./memory-buckets.ts";
import { RedisBuckets } from "./redis-buckets.ts";
import { hasRedisServer, startRedisServer } from "./redis-server.fixture.ts";
import type { BudgetPolicy } from "./spend-budget.ts";

const LIST = `{ funds(first: 9) { name insight } }`;
const POINTS = 46;

const policy = (capacity = 100): BudgetPolicy => ({
  buckets: new MemoryBuckets(),
  client: { capacity, refillPerSecond: 1 },
  tenant: { capacity: 1_000, refillPerSecond: 1 },
  address: { capacity: 1_000, refillPerSecond: 1 },
});

const start = (budget: BudgetPolicy): Promise<SmallGateway> =>
  startSmallGateway({
    budget,
    cost: STANDARD_COST_POLICY,
    contextOf: (headers) => testContext({ actor: String(headers["actor"] ?? "ann") }),
  });

describe("a client's budget", () => {
  let gateway: SmallGateway;
  beforeAll(async () => {
    gateway = await start(policy());
  });
  afterAll(async () => gateway.close());

  it("is spent by what operations cost, until they are refused with the time to wait", async () => {
    const first = await gateway.ask(LIST);
    expect(first.extensions).toMatchObject({
      cost: { estimated: POINTS, actual: POINTS },
      budget: { remaining: 100 - POINTS, capacity: 100, refillPerSecond: 1 },
    });
    expect(first.headers.get("ratelimit")).toBe(`"cost";r=54;t=0`);
    expect(first.headers.get("ratelimit-policy")).toBe(`"cost";q=100;w=100`);
    await gateway.ask(LIST);

    const before = gateway.subgraphs.ledger.requests.length;
    const refused = await gateway.ask(LIST);
    expect(refused.status).toBe(429);
    const { code, retryAfterSeconds } = refused.errors?.[0]?.extensions ?? {};
    expect(code).toBe("RATE_LIMITED");
    expect(retryAfterSeconds).toBeGreaterThan(30);
    expect(refused.headers.get("retry-after")).toBe(String(retryAfterSeconds));
    expect(refused.headers.get("ratelimit")).toBe(`"cost";r=8;t=${String(retryAfterSeconds)}`);
    expect(gateway.subgraphs.ledger.requests.length).toBe(before);
  });

  it("is the same over a WebSocket, and another client's is untouched", async () => {
    const client = gateway.connect();
    await expect(client.iterate({ query: LIST }).next()).rejects.toMatchObject([
      { extensions: { code: "RATE_LIMITED" } },
    ]);
    await client.dispose();
    expect((await gateway.ask(LIST, { headers: { actor: "bob" } })).errors).toBeUndefined();
  });

  it("gets back what an operation did not cost after all", async () => {
    const carol = { headers: { actor: "carol" } };
    // Two points for the mutation and its fund, of which the fund never came; then six.
    await gateway.ask(`mutation { refuse { id } }`, carol);
    const { extensions } = await gateway.ask(`{ fund(id: "1") { insight } }`, carol);
    expect(extensions).toMatchObject({ cost: { estimated: 6 }, budget: { remaining: 93 } });
  });
});

it("has the tenant's limit above all its clients", async () => {
  const gateway = await start({ ...policy(), tenant: { capacity: 60, refillPerSecond: 1 } });
  await gateway.ask(LIST, { headers: { actor: "ann" } });
  const { status } = await gateway.ask(LIST, { headers: { actor: "bob" } });
  expect(status).toBe(429);
  await gateway.close();
});

it.skipIf(!hasRedisServer)(
  "fails no request when Redis is killed under load (skipped where redis-server is not installed)",
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
        const { status, errors } = await gateway.ask(`{ fund(id: "1") { name } }`);
        if (status === 200 && errors === undefined) answers.ok += 1;
        else answers.failed += 1;
      }
    });
    await expect.poll(() => answers.ok, { timeout: 10_000 }).toBeGreaterThan(20);
    await server.kill();
    const before = answers.ok;
    await expect.poll(() => answers.ok, { timeout: 10_000 }).toBeGreaterThan(before + 20);
    answers.on = false;
    await Promise.all(clients);
    expect(answers.failed).toBe(0);
    await gateway.close();
    await buckets.close();
  },
);
