import { createPool, type Logger, type Pool } from "@allfunds/platform";

const MAX_CONNECTIONS = 8;

// Appending finds its rows by key. For a batch's hundreds of keys the planner would rather read
// the whole table and join by hash: many times slower, and worse with every account. While a table is
// new and thought empty, it would even read all of it once per key. With that out of the way one plan
// fits every batch, and is made once per connection.
const PLANNER = [
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  "enable_seqscan=off",
  "enable_bitmapscan=off",
  "plan_cache_mode=force_generic_plan",
]
  .map((setting) => `-c ${setting}`)
  .join(" ");

/** Connections of the books alone, so that heavy reading never keeps a posting waiting. */
export function createWritePool(url: string, logger: Logger): Pool {
  const tuned = new URL(url);
  const given = tuned.searchParams.get("options");
  tuned.searchParams.set("options", given === null ? PLANNER : `${given} ${PLANNER}`);
  return createPool({ url: tuned.href, logger, max: MAX_CONNECTIONS, pipeline: true });
}
