import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { ServerProcess } from "./server-process.ts";

const POLL_MS = 40;
/** Replaying a long log after a crash takes its time, and is no reason to give up. */
const READY_WITHIN_MS = 120_000;

/** Waits until the server answers; `false` when it exited instead. */
export async function awaitReady(server: ServerProcess, url: string): Promise<boolean> {
  let running = true;
  void server.exited.then(() => (running = false));
  const deadline = Date.now() + READY_WITHIN_MS;
  while (running) {
    const failure = await tryConnect(url);
    if (failure === undefined) return true;
    if (!isPassing(failure)) throw failure;
    if (Date.now() > deadline) {
      throw new Error("PostgreSQL did not become ready in time.", { cause: failure });
    }
    await sleep(POLL_MS);
  }
  return false;
}

async function tryConnect(url: string): Promise<Error | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that dies between the answers also breaks the connection out of turn.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A wrong password or a missing role will not mend itself; a starting server will. */
function isPassing(error: Error & { code?: string }): boolean {
  return !error.code?.startsWith("28");
}
