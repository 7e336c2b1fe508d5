import { getHeapSpaceStatistics } from "node:v8";
import { isMainThread } from "node:worker_threads";
import { runInThread } from "./run-in-thread.ts";
import { serveThread } from "./serve-thread.ts";

/** How large the young generation becomes, in MB: what survives a few collections makes it grow as far as it may. */
function youngGenerationMb(): number {
  const kept: number[][] = [];
  let largest = 0;
  for (let n = 0; n < 1_500_000; n += 1) {
    kept[n % 200_000] = [n, n + 1, n + 2];
    if (n % 50_000 !== 0) continue;
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    largest = Math.max(largest, young?.space_size ?? 0);
  }
  return Math.round(largest / 2 ** 20);
}

/** Prints that of a thread with a limit, or without one. */
async function measureThread(limitMb: number): Promise<void> {
  const sizeMb = await runInThread<number, never>({
    entry: "./survivors.fixture",
    beside: import.meta.url,
    workerData: undefined,
    signal: new AbortController().signal,
    onReport: () => undefined,
    limits: limitMb === 0 ? {} : { maxYoungGenerationSizeMb: limitMb },
  });
  process.stdout.write(String(sizeMb));
}

if (isMainThread) await measureThread(Number(process.argv[2]));
else await serveThread<undefined, number, never>(() => Promise.resolve(youngGenerationMb()));
