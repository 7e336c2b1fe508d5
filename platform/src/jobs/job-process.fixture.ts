import { createPool } from "../database/pool.ts";
import { createLogger } from "../logging.ts";
import { Jobs } from "./jobs.ts";

// An instance in its own process, which a test kills: it runs a job forever and reports its start.
const logger = createLogger("test", "silent");
const pool = createPool({ url: process.argv[2] ?? "", logger });
new Jobs({
  pool,
  logger,
  kinds: [
    {
      name: "count",
      run: () => {
        process.send?.("running");
        return new Promise(() => {
          setInterval(() => undefined, 1_000);
        });
      },
    },
  ],
}).start();
