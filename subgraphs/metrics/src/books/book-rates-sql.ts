import type { DatabaseClient } from "@allfunds/platform/database";
import { BookRates } from "./book-rates.ts";
import type { RecordedRate } from "./book-rates.ts";

/** SQL expressions for what rates are of: the fund, two currencies, and the first and last day. */
interface RateTerms {
  readonly fund: string;
  readonly one: string;
  readonly other: string;
  readonly from: string;
  readonly to: string;
}

/**
 * SQL for the rates between two currencies, either way round: the last of each day of a range, and the last
 * one before it. `$1` is the tenant. As many rows as days at most, whatever the number of postings.
 */
export function ratesBetween({ fund, one, other, from, to }: RateTerms): string {
  const columns = "base, quote, rate, bucket, position";
  return [
    [one, other],
    [other, one],
  ]
    .flatMap(([base, quote]) => {
      const pair = `tenant_id = $1 AND fund_id = ${fund} AND base = ${base} AND quote = ${quote}`;
      return [
        `(SELECT DISTINCT ON (bucket) ${columns} FROM book_rate
          WHERE ${pair} AND bucket BETWEEN ${from} AND ${to} ORDER BY bucket, position DESC)`,
        `(SELECT ${columns} FROM book_rate
          WHERE ${pair} AND bucket < ${from} ORDER BY bucket DESC, position DESC LIMIT 1)`,
      ];
    })
    .join(" UNION ALL ");
}

const SELECT_RATES = `
  SELECT base, quote, rate::text AS rate, bucket::text AS day, position::float8 AS position
  FROM (SELECT DISTINCT currency FROM account
        WHERE tenant_id = $1 AND fund_id = $2 AND currency <> $3) AS held
  CROSS JOIN LATERAL (${ratesBetween({
    fund: "$2",
    one: "held.currency",
    other: "$3",
    from: "$4",
    to: "$5",
  })}) AS rate`;

/** The rates of a fund's book between its currency and the others it has accounts in, for a range of days. */
export async function readBookRates(
  client: DatabaseClient,
  of: { readonly tenantId: string; readonly fundId: string; readonly currency: string },
  { from, to }: { readonly from: string; readonly to: string },
): Promise<BookRates> {
  const values = [of.tenantId, of.fundId, of.currency, from, to];
  const { rows } = await client.query<RecordedRate>(SELECT_RATES, values);
  return new BookRates(rows);
}
