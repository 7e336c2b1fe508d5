import { createPool } from "../database/pool.ts";
import { createLogger } from "../logging.ts";
import { Jobs } from "./jobs.ts";

// An instance in a process of its own, for a test to kill: it takes a job, sends a message, and never ends it.
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
