import { constants, platform, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { AppError } from "@allfunds/contract/errors";
import { createPool, isConnectionFailure, withTransaction } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { chooseStorageProfile } from "../storage/storage-profile.ts";
import type { ImportTask, ThreadMessage } from "./import-job.ts";
import { importUpload } from "./import-upload.ts";
import type { UploadResult } from "./price-upload.ts";

// A thread of its own: parsing is work for the processor, and the service's own thread has requests to answer.

/** One connection that imports, one that reads chunks, one that refreshes aggregates or ends a statement. */
const CONNECTIONS = 3;

async function run(
  { url, tenantId, uploadId }: ImportTask,
  signal: AbortSignal,
): Promise<UploadResult> {
  const pool = createPool({ url, logger: createLogger("metrics", "warn"), max: CONNECTIONS });
  const processes = new Set<number>();
  pool.on("connect", (client) => {
    const { processID } = client as unknown as { processID: number };
    processes.add(processID);
  });
  // The merge is one statement, which looks at no signal.
  const onAbort = (): void => {
    pool.query(CANCEL_OTHERS, [[...processes]]).catch(() => undefined);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const profile = await chooseStorageProfile(pool);
    const result = await withTransaction(pool, { tenantId }, (client) =>
      importUpload(client, tenantId, uploadId, {
        chunks: pool,
        profile,
        signal,
        onProgress: (done) => post({ kind: "progress", done }),
      }),
    );
    await profile.afterCommit(pool);
    return result;
  } finally {
    signal.removeEventListener("abort", onAbort);
    await pool.end();
  }
}

const CANCEL_OTHERS = `
  SELECT pg_cancel_backend(pid) FROM unnest($1::integer[]) AS working (pid) WHERE pid <> pg_backend_pid()`;

/** An error as it gets from one thread to another with what is decided by. */
function failureOf(error: unknown): ThreadMessage {
  const { message, stack = message, code } = error as Error & { readonly code?: string };
  const isRefusal = error instanceof AppError;
  const isConnection = !isRefusal && isConnectionFailure(error);
  return {
    kind: "failed",
    message,
    stack,
    code: isRefusal ? error.code : code,
    isRefusal,
    isConnection,
  };
}

const port = parentPort;
if (port === null) throw new Error("this file is the entry of a thread");
const post = (message: ThreadMessage): void => port.postMessage(message);
// Linux has a priority for each thread; elsewhere it would be that of the whole service.
if (platform() === "linux") setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const abort = new AbortController();
port.once("message", () => abort.abort());
try {
  const result = await run(workerData as ImportTask, abort.signal);
  post({ kind: "done", result });
} catch (error) {
  post(failureOf(error));
}
port.close();
