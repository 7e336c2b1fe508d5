import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { errorCode } from "./error-code.ts";
import type { ServerProcess } from "./server-process.ts";

const POLL_MS = 40;
/** Long, because the server replays its log after a crash before it accepts connections. */
const READY_WITHIN_MS = 120_000;

/** Waits until the server accepts connections; `false` when it exited instead. */
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
  // A server that dies between two replies also emits an error outside of a query.
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

/** A starting server becomes ready; a wrong password or a missing role (class 28) stays wrong. */
function isPassing(failure: unknown): boolean {
  return !errorCode(failure)?.startsWith("28");
}
