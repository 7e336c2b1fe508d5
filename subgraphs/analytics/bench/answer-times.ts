import { Worker } from "node:worker_threads";
import { text } from "@allfunds/platform/bench";

const REQUESTS = 300;
const BUSY_THREADS = 4;

export const TIME_COLUMNS = ["machine", "p50 ms", "p95 ms", "p99 ms", "CPU ms a request"] as const;
export const OF_REQUESTS = `${REQUESTS} requests one after the other`;

/** The times of requests one after the other, on the machine as it is and beside busy threads, as rows of a table. */
export async function answerTimes(request: () => Promise<number>): Promise<string[][]> {
  const quiet = await measure(request);
  const busy = await whileBusy(() => measure(request, true));
  return [
    ["quiet", ...quiet],
    [`${BUSY_THREADS} threads busy`, ...busy],
  ];
}

/** Times by the clock, and the processor time of this process, which has the client and, of a section that starts one, the service. */
async function measure(request: () => Promise<number>, isBusy = false): Promise<string[]> {
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let count = 0; count < REQUESTS; count += 1) times.push(await request());
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const shares = [0.5, 0.95, 0.99].map((share) => times[Math.floor(share * REQUESTS)] ?? NaN);
  // The busy threads are of this process, too.
  const cpu = isBusy ? "-" : text((user + system) / 1_000 / REQUESTS, 2);
  return [...shares.map((time) => text(time, 1)), cpu];
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
