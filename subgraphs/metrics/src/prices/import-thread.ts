import { withTransaction, type Pool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { lowerPriority, serveThread, withOwnPool } from "@allfunds/platform/threads";
import { chooseStorageProfile } from "../storage/storage-profile.ts";
import type { ImportProgress, ImportTask } from "./import-job.ts";
import { importUpload } from "./import-upload.ts";
import type { UploadResult } from "./price-upload.ts";

// A thread of its own: parsing is work for the processor, and the service's own thread has requests to answer.

/** One connection that imports, one that reads chunks, one that refreshes aggregates or ends a statement. */
const CONNECTIONS = 3;

async function run(
  pool: Pool,
  { tenantId, uploadId }: ImportTask,
  signal: AbortSignal,
  report: (progress: ImportProgress) => void,
): Promise<UploadResult> {
  const profile = await chooseStorageProfile(pool);
  const result = await withTransaction(pool, { tenantId }, (client) =>
    importUpload(client, tenantId, uploadId, {
      chunks: pool,
      profile,
      signal,
      onProgress: (done) => report({ kind: "progress", done }),
    }),
  );
  await profile.afterCommit(pool);
  return result;
}

lowerPriority();
await serveThread<ImportTask, UploadResult, ImportProgress>((task, signal, report) => {
  const options = { url: task.url, logger: createLogger("metrics", "warn"), max: CONNECTIONS };
  return withOwnPool(options, signal, (pool) => run(pool, task, signal, report));
});
