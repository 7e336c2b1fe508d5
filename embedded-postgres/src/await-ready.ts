import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { errorCode } from "./error-code.ts";
import type { ServerProcess } from "./server-process.ts";

const POLL_MS = 40;
/** Replaying a long log after a crash takes its time, and is no reason to give up. */
const READY_WITHIN_MS = 120_000;

/** Waits until the server answers; `false` when it exited instead. */
export async function awaitReady(server: ServerProcess, url: string): Promise<boolean> {
  const gone = server.exited.then(() => "gone" as const);
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const failure = await Promise.race([gone, tryConnect(url)]);
    if (failure === "gone") return false;
    if (failure === undefined) return true;
    if (!isPassing(failure)) throw failure;
    if (Date.now() > deadline) {
      throw new Error("PostgreSQL did not become ready in time.", { cause: failure });
    }
    await sleep(POLL_MS);
  }
}

async function tryConnect(url: string): Promise<unknown> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that dies between the answers also breaks the connection out of turn.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A wrong password or a missing role will not mend itself; a starting server will. */
function isPassing(failure: unknown): boolean {
  return !errorCode(failure)?.startsWith("28");
}
