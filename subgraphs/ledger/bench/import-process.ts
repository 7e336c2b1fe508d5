import { monitorEventLoopDelay } from "node:perf_hooks";
import { DEMO_TENANT_ID } from "@allfunds/platform/context";
import type { JobRun } from "@allfunds/platform/jobs";
import { createLogger } from "@allfunds/platform/logging";
// Compiled, as the thread that it starts has to be: nothing prepares sources for that one.
import "../dist/service.js";
import {
  statementImportKind,
  type StatementImportResult,
} from "../dist/slices/bank-statements/statement-import-job.js";
import { benchContext } from "./bench-context.ts";

/** Which upload to import. */
export interface ImportRequest {
  readonly url: string;
  readonly uploadId: string;
  readonly fundId: string;
}

/** What an import took of the process that ran it. */
export interface ImportFigures {
  readonly posted: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The longest that its main thread was held up. */
  readonly waitMs: number;
  readonly mostMemoryMb: number;
}

/** The import as the service runs it: in a thread, while this one is free to answer. */
async function importOnce({ url, uploadId, fundId }: ImportRequest): Promise<ImportFigures> {
  const { run } = statementImportKind({ url, onImported: () => undefined });
  const importing: JobRun = {
    payload: { uploadId, fundId, owner: undefined },
    context: benchContext(DEMO_TENANT_ID),
    delegation: undefined,
    signal: new AbortController().signal,
    report: () => undefined,
    logger: createLogger("bench", "error"),
  };
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const startedAt = performance.now();
  const before = process.cpuUsage();
  delay.enable();
  const { outcome } = (await run(importing)) as StatementImportResult;
  delay.disable();
  const { user, system } = process.cpuUsage(before);
  return {
    posted: outcome?.posted ?? 0,
    seconds: (performance.now() - startedAt) / 1_000,
    cpuSeconds: (user + system) / 1e6,
    waitMs: delay.max / 1e6,
    mostMemoryMb: process.resourceUsage().maxRSS / 1_024,
  };
}

// A process of its own, with the code of the service: what writes the file must not count for its memory.
process.on("message", (request: ImportRequest) => {
  importOnce(request).then(
    (figures) => process.send?.(figures),
    (error: unknown) => {
      process.send?.({ failed: String(error) });
    },
  );
});
