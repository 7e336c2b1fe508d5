import type { DatabaseClient } from "@allfunds/platform/database";
import type { Projection } from "../../projections/projection.ts";

/**
 * How a book is cut into runs: `base` positions to the smallest, `factor` runs of a level to one of the
 * next, `levels` levels. What a balance costs to read grows with `factor * levels`, not with its entries.
 */
export interface RunShape {
  readonly base: number;
  readonly factor: number;
  readonly levels: number;
}

export const RUN_SHAPE: RunShape = { base: 512, factor: 16, levels: 5 };

/** Positions in a run of each level, smallest first. */
export const runSizes = ({ base, factor, levels }: RunShape): number[] =>
  Array.from({ length: levels }, (_, level) => base * factor ** level);

/** In the place of an account: its rows have the days of a run and no sums; a run without entries has one before all days. */
export const DAYS_OF_RUN = "00000000-0000-0000-0000-000000000000";

// A day's sum is carried on to later days, so that one row sums all that lies before it. Entries are read once: with a
// look for those of each run, whose cost the planner guesses, a bulk of a million transactions took twice as long.
const SUM_ENTRIES = `
  INSERT INTO balance_run (tenant_id, book_id, generation, account_id, size, run, effective_date, amount)
  WITH moved AS MATERIALIZED (
    SELECT account_id, (position - 1) / $4::bigint AS run, effective_date, sum(amount) AS amount
    FROM entry WHERE tenant_id = $1 AND book_id = $2 AND position > $5 AND position <= $6
    GROUP BY 1, 2, 3
  )
  SELECT $1, $2, $3, account_id, $4, run, effective_date,
         sum(amount) OVER (PARTITION BY account_id, run ORDER BY effective_date)
  FROM (
    SELECT * FROM moved
    UNION ALL
    SELECT DISTINCT '${DAYS_OF_RUN}'::uuid, run, effective_date, 0 FROM moved
    UNION ALL
    SELECT '${DAYS_OF_RUN}'::uuid, run, '-infinity'::date, 0
    FROM generate_series($5::bigint / $4::bigint, $6::bigint / $4::bigint - 1) AS run
    WHERE run NOT IN (SELECT run FROM moved)
  ) days`;

const SUM_RUNS = `
  INSERT INTO balance_run (tenant_id, book_id, generation, account_id, size, run, effective_date, amount)
  SELECT $1, $2, $3, account_id, $4, run, effective_date,
         sum(amount) OVER (PARTITION BY account_id, run ORDER BY effective_date)
  FROM (
    SELECT account_id, part / $7::bigint AS run, effective_date, sum(amount) AS amount
    FROM (
      SELECT account_id, run AS part, effective_date, amount - coalesce(
               lag(amount) OVER (PARTITION BY account_id, run ORDER BY effective_date), 0) AS amount
      FROM balance_run
      WHERE tenant_id = $1 AND book_id = $2 AND generation = $3 AND size = $4::bigint / $7::bigint
        AND run >= $5::bigint * $7::bigint AND run < $6::bigint * $7::bigint
    ) steps
    GROUP BY 1, 2, 3
  ) days`;

const DROP = `DELETE FROM balance_run WHERE tenant_id = $1 AND book_id = $2 AND generation = $3`;

/** Sums of entries by run and day: what makes a balance of any day, known at any position, cheap. */
export const balanceRuns = (shape: RunShape = RUN_SHAPE): Projection => ({
  name: "balances",
  step: shape.base,
  most: shape.base * shape.factor,
  project: async (client, { tenantId, bookId }, generation, from, to) => {
    await client.query(SUM_ENTRIES, [tenantId, bookId, generation, shape.base, from, to]);
    for (const size of runSizes(shape).slice(1)) {
      const [first, end] = [Math.floor(from / size), Math.floor(to / size)];
      if (first === end) return;
      const range = [size, first, end, shape.factor];
      await client.query(SUM_RUNS, [tenantId, bookId, generation, ...range]);
    }
  },
  drop: async (client: DatabaseClient, { tenantId, bookId }, generation) => {
    await client.query(DROP, [tenantId, bookId, generation]);
  },
});
