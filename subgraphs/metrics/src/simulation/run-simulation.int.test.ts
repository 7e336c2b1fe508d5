import { createLogger } from "@allfunds/platform/logging";
import { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { ComputePool } from "../compute/compute-pool.ts";
import type { KernelModel } from "./kernel/kernel.ts";
import { PlainKernel } from "./kernel/plain-kernel.ts";
import { runSimulation, type SimulationOutcome } from "./run-simulation.ts";
import { allocateResults, simulatePaths, type PathsRequest } from "./simulate-paths.ts";
import { summarisePaths } from "./summary.ts";

const model: KernelModel = {
  seed: 11,
  initialValue: 1000,
  drifts: Float64Array.of(0.004, 0.002),
  weights: Float64Array.of(0.7, 0.3),
  rebalanceEvery: 12,
  shocks: { kind: "NORMAL", factors: Float64Array.of(0.05, 0.01, 0.03) },
};
const request: PathsRequest = {
  model,
  plan: Array.from({ length: 20 }, (_, at) => ({ step: at + 1, factor: 0.999, amount: -20 })),
  recorded: [12, 24, 36, 48, 60],
  // Three tasks, the last one with an odd number of paths.
  paths: 33_001,
};

async function withPool<T>(threads: number, work: (pool: ComputePool) => Promise<T>): Promise<T> {
  const pool = new ComputePool({
    entry: new URL("../task-thread.ts", import.meta.url),
    threads,
    cacheBytes: 0,
    limitMs: 600_000,
    logger: createLogger("test", "silent"),
    registry: new Registry(),
  });
  try {
    return await work(pool);
  } finally {
    await pool.stop();
  }
}

const simulate = (threads: number): Promise<SimulationOutcome> =>
  withPool(threads, (pool) =>
    runSimulation(pool, request, 1000, {
      tenantId: "one",
      signal: new AbortController().signal,
      onProgress: () => undefined,
    }),
  );

describe("a simulation", () => {
  test("gives the same on one, two and three threads", async () => {
    const outcome = JSON.stringify(await simulate(1));
    for (const threads of [3, 2]) expect(JSON.stringify(await simulate(threads))).toBe(outcome);
  });

  test("gives on threads what the plain kernel gives on none", async () => {
    const { summary } = await simulate(2);
    const results = allocateResults(request);
    const range = { from: 0, to: request.paths };
    simulatePaths(request, range, results, () => undefined, new PlainKernel(model));
    expect(JSON.stringify(summarisePaths(results, 1000))).toBe(JSON.stringify(summary));
  });

  test("ends when it is cancelled, and its threads do other work", async () => {
    await withPool(2, async (pool) => {
      const abort = new AbortController();
      const long = { ...request, plan: [], recorded: [5000], paths: 100_000 };
      const seen: number[] = [];
      const running = runSimulation(pool, long, null, {
        tenantId: "one",
        signal: abort.signal,
        onProgress: (done) => {
          seen.push(done);
          abort.abort(new Error("cancelled"));
        },
      });
      await expect(running).rejects.toThrow("cancelled");
      expect(seen.length).toBeLessThan(20);
      const options = {
        tenantId: "one",
        signal: new AbortController().signal,
        onProgress: () => undefined,
      };
      const short = { ...request, paths: 1000 };
      expect((await runSimulation(pool, short, null, options)).fan).toHaveLength(5);
    });
  });
});
