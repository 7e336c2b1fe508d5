import type { DatabaseClient } from "@allfunds/platform/database";
import { sourcesOf } from "../exchange-rates/fund-sources.ts";
import type { DatedSources } from "../exchange-rates/fund-sources.ts";
import { recordedBetween } from "../exchange-rates/recorded-rates-sql.ts";
import type { RecordedRate } from "../exchange-rates/recorded-rates.ts";
import { BookRates } from "./book-rates.ts";
import type { PostedRate } from "./book-rates.ts";

/** SQL expressions for what rates are of: the fund, two currencies, and the first and last day. */
interface RateTerms {
  readonly fund: string;
  readonly one: string;
  readonly other: string;
  readonly from: string;
  readonly to: string;
}

/**
 * SQL for the rates between two currencies that postings stated, either way round: the last of each day of a
 * range, and the last one before it. `$1` is the tenant. As many rows as days at most, whatever the number of
 * postings.
 */
function postedBetween({ fund, one, other, from, to }: RateTerms): string {
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

/** The rates between two currencies and the sources that the fund prefers, as a JSON value of SQL. */
export interface RatesJson {
  readonly posted: PostedRate[] | null;
  readonly recorded: RecordedRate[] | null;
  /** Those of the fund whose book it is. */
  readonly sources: DatedSources[] | null;
}

/** SQL for `RatesJson`: the rates that postings stated, recorded ones, and which of these the fund prefers. */
export const ratesBetween = (terms: RateTerms): string => `
  json_build_object(
    'posted', (SELECT json_agg(json_build_object('base', base, 'quote', quote, 'rate', rate::text,
      'day', bucket, 'position', position)) FROM (${postedBetween(terms)}) AS rate),
    'recorded', (SELECT json_agg(found) FROM (${recordedBetween(terms)}) AS found),
    'sources', ${sourcesOf(terms)})`;

/** Adds rates that were read. */
export function addRates(rates: BookRates, read: RatesJson | null): void {
  for (const rate of read?.posted ?? []) rates.add(rate);
  for (const rate of read?.recorded ?? []) rates.addRecorded(rate);
  if (read !== null) rates.prefer(read.sources ?? []);
}

const SELECT_RATES = `
  SELECT ${ratesBetween({
    fund: "$2",
    one: "held.currency",
    other: "$3",
    from: "$4",
    to: "$5",
  })} AS rates
  FROM (SELECT DISTINCT currency FROM account
        WHERE tenant_id = $1 AND fund_id = $2 AND currency <> $3) AS held`;

/** The rates between a fund's currency and the others it has accounts in, for a range of days. */
export async function readBookRates(
  client: DatabaseClient,
  of: { readonly tenantId: string; readonly fundId: string; readonly currency: string },
  { from, to }: { readonly from: string; readonly to: string },
): Promise<BookRates> {
  const values = [of.tenantId, of.fundId, of.currency, from, to];
  const { rows } = await client.query<{ rates: RatesJson }>(SELECT_RATES, values);
  const found = new BookRates([]);
  for (const { rates } of rows) addRates(found, rates);
  return found;
}
