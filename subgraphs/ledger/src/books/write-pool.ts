import { createPool, type Logger, type Pool } from "@allfunds/platform";

const MAX_CONNECTIONS = 8;

// Appending finds its rows by key. For a batch's hundreds of keys the planner would rather read
// the whole table and join by hash: many times slower, and worse with every account. With that out
// of the way one plan fits every batch, and is made once per connection.
const PLANNER =
  "-c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan";

/** Connections of the books alone, so that heavy reading never keeps a posting waiting. */
export function createWritePool(url: string, logger: Logger): Pool {
  const tuned = new URL(url);
  const given = tuned.searchParams.get("options");
  tuned.searchParams.set("options", given === null ? PLANNER : `${given} ${PLANNER}`);
  return createPool({ url: tuned.href, logger, max: MAX_CONNECTIONS, pipeline: true });
}
