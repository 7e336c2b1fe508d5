import { setTimeout as sleep } from "node:timers/promises";
import { createPool, type Pool, type PoolOptions } from "../database/pool.ts";

const CANCEL_AGAIN_MS = 500;

const CANCEL_OTHERS = `
  SELECT pg_cancel_backend(pid) FROM unnest($1::integer[]) AS working (pid) WHERE pid <> pg_backend_pid()`;

/**
 * Work with connections of its own, so that the requests of the service wait for none of them. When it is aborted,
 * the statements that run end, too; that takes one connection more than the work does.
 */
export async function withOwnPool<Result>(
  options: PoolOptions,
  signal: AbortSignal,
  work: (pool: Pool) => Promise<Result>,
): Promise<Result> {
  const pool = createPool(options);
  const processes = new Set<number>();
  pool.on("connect", (client) => {
    const { processID } = client as unknown as { processID: number };
    processes.add(processID);
  });
  const ended = new AbortController();
  // One long statement looks at no signal. A busy server may refuse the request to end it, so it is repeated.
  const endOthers = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await pool.query(CANCEL_OTHERS, [[...processes]]).catch(() => undefined);
      await sleep(CANCEL_AGAIN_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  };
  const onAbort = (): void => void endOthers();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await work(pool);
  } finally {
    signal.removeEventListener("abort", onAbort);
    ended.abort();
    await pool.end();
  }
}
