import { Worker } from "node:worker_threads";
import { text } from "@allfunds/platform/bench";

const REQUESTS = 300;
const BUSY_THREADS = 4;

export const TIME_COLUMNS = ["machine", "p50 ms", "p95 ms", "p99 ms"] as const;
export const OF_REQUESTS = `${REQUESTS} requests one after the other`;

/** The times of requests one after the other, on the machine as it is and beside busy threads, as rows of a table. */
export async function answerTimes(request: () => Promise<number>): Promise<string[][]> {
  const quiet = await measure(request);
  const busy = await whileBusy(() => measure(request));
  return [
    ["quiet", ...quiet],
    [`${BUSY_THREADS} threads busy`, ...busy],
  ];
}

async function measure(request: () => Promise<number>): Promise<string[]> {
  const times: number[] = [];
  for (let count = 0; count < REQUESTS; count += 1) times.push(await request());
  times.sort((a, b) => a - b);
  return [0.5, 0.95, 0.99].map((share) => text(times[Math.floor(share * REQUESTS)] ?? NaN, 1));
}

async function whileBusy<Result>(work: () => Promise<Result>): Promise<Result> {
  const threads = Array.from(
    { length: BUSY_THREADS },
    () => new Worker("for (;;);", { eval: true }),
  );
  try {
    return await work();
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
