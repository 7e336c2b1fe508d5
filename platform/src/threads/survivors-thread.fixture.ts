import { getHeapSpaceStatistics } from "node:v8";
import { serveThread } from "./serve-thread.ts";

// What survives a few collections makes the young generation grow as far as it may.
await serveThread<undefined, number, never>(() => {
  const kept: number[][] = [];
  let largest = 0;
  for (let n = 0; n < 1_500_000; n += 1) {
    kept[n % 200_000] = [n, n + 1, n + 2];
    if (n % 50_000 !== 0) continue;
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    largest = Math.max(largest, young?.space_size ?? 0);
  }
  return Promise.resolve(Math.round(largest / 2 ** 20));
});
