/** The slowest of answers, in milliseconds. */
export interface SlowestAnswers {
  /** By the clock. */
  readonly ms: number;
  /** By what the thread of the server computed meanwhile: it does not depend on who else needs the machine. */
  readonly busyMs: number;
}

/**
 * Requests /health/live of a server in this process again and again, as an orchestrator does, until it is stopped.
 */
export async function watchHealth(origin: string): Promise<{ stop(): Promise<SlowestAnswers> }> {
  const url = `${origin}/health/live`;
  const over = new AbortController();
  let slowest: SlowestAnswers = { ms: 0, busyMs: 0 };
  // The first request opens the connection.
  await (await fetch(url)).text();
  const watching = (async () => {
    while (!over.signal.aborted) {
      const [start, before] = [performance.now(), computedMs()];
      await (await fetch(url)).text();
      const ms = Math.max(slowest.ms, performance.now() - start);
      slowest = { ms, busyMs: Math.max(slowest.busyMs, computedMs() - before) };
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  return {
    stop: async () => {
      over.abort();
      await watching;
      return slowest;
    },
  };
}

/** CPU time of this thread so far. */
function computedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
