import { createLogger } from "@allfunds/platform/logging";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ComputePool, type ComputePoolOptions } from "./compute-pool.ts";
import type { ComputeTask } from "./compute-task.ts";
import {
  begun,
  crashing,
  doubling,
  endless,
  failing,
  gated,
  greedy,
  letEnd,
  newShared,
  polling,
  refusing,
  uncloneable,
} from "./tasks.fixture.ts";

type Read = () => Promise<{ shared: Int32Array; values: Float64Array }>;

const PATIENTLY = { timeout: 60_000, interval: 10 };
const TENANT = { tenantId: "one" };

let shared: Int32Array;
let registry: Registry;
let pool: ComputePool;

const open = (options: Partial<ComputePoolOptions> = {}): ComputePool => {
  registry = new Registry();
  return new ComputePool({
    entry: new URL("task-thread.fixture.ts", import.meta.url),
    threads: 1,
    cacheBytes: 1_000_000,
    limitMs: 600_000,
    logger: createLogger("test", "silent"),
    registry,
    ...options,
  });
};
/** Replaces the pool of the test. */
const reopen = async (options: Partial<ComputePoolOptions>): Promise<void> => {
  await pool.stop();
  pool = open(options);
};

beforeEach(() => {
  shared = newShared();
  pool = open();
});
afterEach(async () => {
  letEnd(shared);
  await pool.stop();
});

const double = (values: readonly number[], key?: string, tenantId = "one") =>
  pool.run(doubling, { shared, values: Float64Array.from(values) }, { tenantId, ...keyed(key) });
const keyed = (key: string | undefined) => (key === undefined ? {} : { key });
const run = (task: ComputeTask<null, unknown>) => pool.run(task, null, TENANT);
const hold = (answer: string, options: object = {}) =>
  pool.run(gated, { shared, answer }, { ...TENANT, ...options });
const hasBegun = (count: number) => vi.waitFor(() => expect(begun(shared)).toBe(count), PATIENTLY);
const codeOf = (running: Promise<unknown>) =>
  running.then(
    () => "done",
    (error: { code?: string }) => error.code,
  );
const figure = async (line: string): Promise<number> => {
  const found = (await registry.metrics()).split("\n").find((text) => text.startsWith(line));
  return Number(found?.split(" ").at(-1) ?? Number.NaN);
};

describe("equal work", () => {
  test("runs once for all that wait for it, and is kept for those who come later", async () => {
    const together = await Promise.all([double([1, 2], "v1"), double([1, 2], "v1")]);
    expect(together).toEqual([Float64Array.of(2, 4), Float64Array.of(2, 4)]);
    expect(await double([1, 2], "v1")).toEqual(Float64Array.of(2, 4));
    expect(begun(shared)).toBe(1);
    expect(await figure('compute_requests_total{task="double",found="shared"}')).toBe(1);
    expect(await figure('compute_requests_total{task="double",found="cached"}')).toBe(1);
  });

  test("is done anew for another version of the series, another tenant, and without a key", async () => {
    await double([1], "v1");
    await double([1], "v2");
    await double([1], "v1", "two");
    await double([1]);
    await double([1]);
    expect(begun(shared)).toBe(5);
  });

  test("reads its arguments once, and not at all when its result is kept", async () => {
    const read = vi.fn<Read>(() => Promise.resolve({ shared, values: Float64Array.of(1) }));
    const options = { ...TENANT, key: "v1" };
    await Promise.all([pool.run(doubling, read, options), pool.run(doubling, read, options)]);
    await pool.run(doubling, read, options);
    expect(read).toHaveBeenCalledTimes(1);
  });

  test("that failed is done again by the next request", async () => {
    const read = vi
      .fn<Read>()
      .mockRejectedValueOnce(new Error("no connection"))
      .mockResolvedValueOnce({ shared, values: Float64Array.of(1) });
    const options = { ...TENANT, key: "v1" };
    await expect(pool.run(doubling, read, options)).rejects.toThrow("no connection");
    expect(await pool.run(doubling, read, options)).toEqual(Float64Array.of(2));
  });

  test("keeps the caller's arrays as they are", async () => {
    const values = Float64Array.of(1, 2);
    await pool.run(doubling, { shared, values }, TENANT);
    expect(values).toEqual(Float64Array.of(1, 2));
  });

  test("is kept within the memory of the cache", async () => {
    await reopen({ cacheBytes: 50_000 });
    for (let version = 0; version < 30; version += 1) {
      await double(
        Array.from({ length: 500 }, () => version),
        `v${version}`,
      );
    }
    expect(await figure("compute_cache_bytes")).toBeLessThanOrEqual(50_000);
    expect(await figure("compute_cache_bytes")).toBeGreaterThan(40_000);
    await double([0], "v29");
    expect(begun(shared)).toBe(30);
    await double([0], "v0");
    expect(begun(shared)).toBe(31);
  });
});

describe("work that is aborted", () => {
  test("ends when none waits for it any more, and its thread goes on", async () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const waiting = [one, two].map(({ signal }) =>
      pool.run(polling, { shared }, { ...TENANT, key: "v1", signal }),
    );
    await hasBegun(1);
    one.abort(new Error("first gone"));
    await expect(waiting[0]).rejects.toThrow("first gone");
    expect(await figure("compute_running_tasks")).toBe(1);
    two.abort(new Error("second gone"));
    await expect(waiting[1]).rejects.toThrow("second gone");
    expect(await double([1])).toEqual(Float64Array.of(2));
    expect(await figure("compute_threads")).toBe(1);
    expect(await figure('compute_tasks_total{task="polling",outcome="aborted"}')).toBe(1);
  });

  test("is stopped with its thread when it never ends, and another thread goes on", async () => {
    const gone = new AbortController();
    const running = pool.run(endless, { shared }, { ...TENANT, signal: gone.signal });
    await hasBegun(1);
    gone.abort(new Error("gone"));
    await expect(running).rejects.toThrow("gone");
    expect(await double([1])).toEqual(Float64Array.of(2));
  });

  test("is not begun when it still waits", async () => {
    const first = hold("first");
    await hasBegun(1);
    const ahead = hold("ahead");
    const gone = new AbortController();
    const read = vi.fn<() => Promise<{ shared: Int32Array; answer: string }>>(() =>
      Promise.resolve({ shared, answer: "never" }),
    );
    const waiting = pool.run(gated, read, { ...TENANT, signal: gone.signal });
    gone.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    letEnd(shared);
    expect(await Promise.all([first, ahead])).toEqual(["first", "ahead"]);
    expect(read).not.toHaveBeenCalled();
    await expect(hold("late", { signal: gone.signal })).rejects.toThrow("gone");
  });

  test("is not joined by a request that comes later", async () => {
    const gone = new AbortController();
    const running = hold("old", { key: "v1", signal: gone.signal });
    await hasBegun(1);
    gone.abort(new Error("gone"));
    await expect(running).rejects.toThrow("gone");
    const anew = hold("new", { key: "v1" });
    letEnd(shared);
    expect(await anew).toBe("new");
  });

  test("ends when it runs longer than its limit", async () => {
    const running = pool.run(endless, { shared }, { ...TENANT, limitMs: 1 });
    expect(await codeOf(running)).toBe("UPSTREAM_TIMEOUT");
    expect(await double([1])).toEqual(Float64Array.of(2));
  });
});

describe("tenants", () => {
  test("take turns, whatever one of them has waiting", async () => {
    const order: string[] = [];
    const request = async (tenantId: string, answer: string, more: object = {}) => {
      order.push(await hold(answer, { tenantId, ...more }));
    };
    const first = request("one", "one 0");
    await hasBegun(1);
    const all = ["1", "2", "3", "4"].map((name) => request("one", `one ${name}`));
    all.push(request("two", "two 1"), request("two", "two 2"));
    all.push(request("one", "job", { background: true }));
    letEnd(shared);
    await Promise.all([first, ...all]);
    expect(order.slice(0, 6)).toEqual(["one 0", "one 1", "two 1", "job", "one 2", "two 2"]);
  });

  test("are refused when too much of their own work waits, others are not", async () => {
    await reopen({ maxWaitingPerTenant: 2 });
    const running = hold("running");
    await hasBegun(1);
    const admitted = hold("admitted");
    await Promise.resolve();
    const waiting = [hold("1"), hold("2")];
    expect(await codeOf(hold("3"))).toBe("RATE_LIMITED");
    const other = hold("other", { tenantId: "two" });
    letEnd(shared);
    const answers = await Promise.all([running, admitted, ...waiting, other]);
    expect(answers).toEqual(["running", "admitted", "1", "2", "other"]);
  });

  test("are all refused when too much waits in total", async () => {
    await reopen({ maxWaiting: 1 });
    const held = [hold("running")];
    await hasBegun(1);
    held.push(hold("admitted"));
    await Promise.resolve();
    held.push(hold("waiting"));
    expect(await codeOf(hold("other", { tenantId: "two" }))).toBe("UPSTREAM_UNAVAILABLE");
    letEnd(shared);
    expect(await Promise.all(held)).toEqual(["running", "admitted", "waiting"]);
  });
});

describe("work that fails", () => {
  test("keeps its code and its violations", async () => {
    await expect(run(refusing)).rejects.toMatchObject({
      code: "INVALID_INPUT",
      message: "horizon: must be positive",
      violations: [{ path: "horizon", message: "must be positive" }],
    });
  });

  test("by a defect keeps its message for the log, and no thread is lost", async () => {
    await expect(run(failing)).rejects.toThrow("a defect");
    await expect(run(uncloneable)).rejects.toThrow("could not be cloned");
    expect(await figure("compute_threads")).toBe(1);
  });

  test("with its thread fails with a code, and another thread takes its place", async () => {
    await reopen({ heapMb: 32 });
    expect(await codeOf(run(crashing))).toBe("INTERNAL_ERROR");
    expect(await codeOf(run(greedy))).toBe("INTERNAL_ERROR");
    expect(await double([1])).toEqual(Float64Array.of(2));
  });
});

test("progress reaches those who wait", async () => {
  const seen: string[] = [];
  const onProgress = (done: number, total: number) => void seen.push(`${done} of ${total}`);
  const running = hold("done", { onProgress });
  await hasBegun(1);
  letEnd(shared);
  await running;
  expect(seen).toEqual(["0 of 1", "1 of 1"]);
});

test("stopping ends what runs and what waits, and refuses what comes", async () => {
  const running = pool.run(endless, { shared }, TENANT);
  await hasBegun(1);
  const waiting = [running, hold("1"), hold("2"), hold("3")].map(codeOf);
  await pool.stop();
  expect(await Promise.all(waiting)).toEqual(Array(4).fill("SHUTTING_DOWN"));
  expect(await codeOf(hold("late"))).toBe("SHUTTING_DOWN");
});

test("timers fire while every thread is busy with work that never ends", async () => {
  await reopen({ threads: 2 });
  const gone = new AbortController();
  const busy = Array.from({ length: 20 }, () =>
    pool.run(endless, { shared }, { ...TENANT, signal: gone.signal }),
  );
  await hasBegun(2);
  for (let turn = 0; turn < 100; turn += 1) {
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
  expect(await figure("compute_running_tasks")).toBe(2);
  gone.abort(new Error("gone"));
  await Promise.allSettled(busy);
});
