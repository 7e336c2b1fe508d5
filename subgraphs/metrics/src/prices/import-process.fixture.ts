import { createPool } from "@allfunds/platform/database";
import { Jobs } from "@allfunds/platform/jobs";
import { createLogger } from "@allfunds/platform/logging";
import { priceImportKind } from "./import-job.ts";

// An instance in its own process, which a test kills: it reports how far its import is.
const url = process.argv[2] ?? "";
const logger = createLogger("test", "silent");
const pool = createPool({ url, logger });
const kind = priceImportKind({ url });
const run: typeof kind.run = (job) =>
  kind.run({
    ...job,
    report: (progress) => {
      process.send?.(progress);
      job.report(progress);
    },
  });
new Jobs({ pool, logger, kinds: [{ ...kind, run }] }).start();
