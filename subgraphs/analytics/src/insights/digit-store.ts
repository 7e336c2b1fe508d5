import type { DatabaseClient } from "@allfunds/platform/database";
import { findDigitDistribution, testDigits } from "./digit-distribution.ts";
import type { DigitExample } from "./digit-distribution.ts";
import type { Finding } from "./insight.ts";

/** The digits of a fund with a longer book are counted once a day only. */
const LONGEST_COUNTED = 5_000;

const LAST = `
  SELECT position::int AS last FROM movement WHERE tenant_id = $1 AND fund_id = $2 
  ORDER BY position DESC NULLS LAST LIMIT 1`;

/** Cells of an order of magnitude, so that amounts of one cell have about one size. */
const CELLS = 40;

// Payments in the currency that most are in: amounts of two currencies have two scales. What one payee is paid again
// and again is counted once, by the latest: a rent has one first digit however often it is paid.
const COUNT = `
  WITH usual AS (
    SELECT DISTINCT ON (coalesce(nullif(counterparty_key, ''), transaction_id::text), amount_minor)
      amount_minor, transaction_id, effective_date, position
    FROM movement WHERE tenant_id = $1 AND fund_id = $2 AND direction = 'OUT' AND amount_minor > 0
      AND currency = (SELECT mode() WITHIN GROUP (ORDER BY currency) FROM movement
        WHERE tenant_id = $1 AND fund_id = $2 AND direction = 'OUT' AND amount_minor > 0)
    ORDER BY coalesce(nullif(counterparty_key, ''), transaction_id::text), amount_minor, position DESC
  )
  SELECT left(amount_minor::text, 1)::int AS digit, floor(log(amount_minor::float8) * ${CELLS})::int AS cell,
    count(*)::int AS amounts, max(position)::float8 AS position,
    (array_agg(transaction_id ORDER BY position DESC))[1] AS "transactionId",
    (array_agg(effective_date::text ORDER BY position DESC))[1] AS "effectiveDate",
    (SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY amount_minor)
       / percentile_disc(0.05) WITHIN GROUP (ORDER BY amount_minor) FROM usual)::float8 AS spread
  FROM usual GROUP BY 1, 2`;

interface CellRow extends Omit<DigitExample, "fundId"> {
  readonly digit: number;
  readonly cell: number;
  readonly amounts: number;
  readonly position: number;
  readonly spread: number;
}

/** Benford's test of what a fund has paid; undefined when its movements are too many to count after each batch. */
export async function loadDigitFindings(
  client: DatabaseClient,
  { tenantId, fundId }: { readonly tenantId: string; readonly fundId: string },
  isDaily: boolean,
): Promise<Finding[] | undefined> {
  const { rows: latest } = await client.query<{ last: number }>(LAST, [tenantId, fundId]);
  if (!isDaily && (latest[0]?.last ?? 0) > LONGEST_COUNTED) return undefined;
  const { rows } = await client.query<CellRow>(COUNT, [tenantId, fundId]);
  const cells = rows.map(({ digit, cell, amounts }) => {
    return { digit, log: (cell + 0.5) / CELLS, amounts };
  });
  const test = testDigits({ cells, spread: rows[0]?.spread ?? 0 });
  const [example] = rows
    .filter(({ digit }) => digit === test?.digit)
    .toSorted((a, b) => b.position - a.position);
  return findDigitDistribution(
    test,
    example && {
      fundId,
      transactionId: example.transactionId,
      effectiveDate: example.effectiveDate,
    },
  );
}
