import type { DatabaseClient } from "@allfunds/platform/database";
import { findDigitDistribution, testDigits } from "./digit-distribution.ts";
import type { DigitExample } from "./digit-distribution.ts";
import type { Finding } from "./insight.ts";

/** The digits of a fund with a longer book are counted once a day only. */
const LONGEST_COUNTED = 5_000;

const LAST = `
  SELECT position::int AS last FROM movement WHERE tenant_id = $1 AND fund_id = $2 
  ORDER BY position DESC NULLS LAST LIMIT 1`;

// Payments in the currency that most are in: amounts of two currencies have two scales.
const COUNT = `
  WITH paid AS (
    SELECT amount_minor, transaction_id, effective_date, position, currency,
      left(amount_minor::text, 1)::int AS digit
    FROM movement WHERE tenant_id = $1 AND fund_id = $2 AND direction = 'OUT' AND amount_minor > 0
  ), usual AS (
    SELECT * FROM paid WHERE currency = (SELECT mode() WITHIN GROUP (ORDER BY currency) FROM paid)
  )
  SELECT digit, count(*)::int AS amounts, (array_agg(transaction_id ORDER BY position DESC))[1] AS "transactionId",
    (array_agg(effective_date::text ORDER BY position DESC))[1] AS "effectiveDate",
    (SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY amount_minor)
       / percentile_disc(0.05) WITHIN GROUP (ORDER BY amount_minor) FROM usual)::float8 AS spread
  FROM usual GROUP BY digit`;

interface DigitRow extends Omit<DigitExample, "fundId"> {
  readonly digit: number;
  readonly amounts: number;
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
  const { rows } = await client.query<DigitRow>(COUNT, [tenantId, fundId]);
  const byDigit = new Map(rows.map((row) => [row.digit, row]));
  const counts = Array.from({ length: 9 }, (_, index) => byDigit.get(index + 1)?.amounts ?? 0);
  const test = testDigits({ counts, spread: rows[0]?.spread ?? 0 });
  const example = test && byDigit.get(test.digit);
  return findDigitDistribution(
    test,
    example && {
      fundId,
      transactionId: example.transactionId,
      effectiveDate: example.effectiveDate,
    },
  );
}
