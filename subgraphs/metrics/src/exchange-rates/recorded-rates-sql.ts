import type { LedgerEvent } from "@allfunds/contract/events";
import type { SqlStatement } from "@allfunds/platform/database";
import { enforceTenancy } from "@allfunds/platform/tenancy";

type ExchangeRatesRecorded = Extract<LedgerEvent, { type: "ExchangeRatesRecorded" }>;

/**
 * Of each pair and day the rate that was recorded last, and the pairs that there are: few, whatever the number
 * of rates. They are the tenant's, so that every caller of the tenant has amounts converted by them.
 */
export const CREATE_RECORDED_RATES: readonly string[] = [
  `CREATE TABLE exchange_rate (
     tenant_id uuid NOT NULL,
     base text NOT NULL,
     quote text NOT NULL,
     bucket date NOT NULL,
     rate numeric NOT NULL,
     source text NOT NULL,
     PRIMARY KEY (tenant_id, base, quote, bucket)
   )`,
  `CREATE TABLE exchange_rate_pair (
     tenant_id uuid NOT NULL,
     base text NOT NULL,
     quote text NOT NULL,
     position bigint NOT NULL,
     PRIMARY KEY (tenant_id, base, quote)
   )`,
  ...enforceTenancy("exchange_rate", "exchange_rate_pair"),
];

const RATES = `json_to_recordset($1) AS recorded ("tenantId" uuid, base text, quote text, date date,
    rate numeric, source text, position bigint, nth bigint)`;

// A correction is a later record of the same day, so the last one counts.
const KEEP_RATES = `
  INSERT INTO exchange_rate (tenant_id, base, quote, bucket, rate, source)
  SELECT DISTINCT ON ("tenantId", base, quote, date) "tenantId", base, quote, date, rate, source
  FROM ${RATES} ORDER BY "tenantId", base, quote, date, nth DESC
  ON CONFLICT (tenant_id, base, quote, bucket) DO UPDATE
  SET rate = excluded.rate, source = excluded.source`;

const KEEP_PAIRS = `
  INSERT INTO exchange_rate_pair (tenant_id, base, quote, position)
  SELECT "tenantId", base, quote, max(position) FROM ${RATES} GROUP BY 1, 2, 3
  ON CONFLICT (tenant_id, base, quote) DO UPDATE SET position = excluded.position`;

/** Keeps recorded rates; events come in the order of their book, and each has its rates by line. */
export function keepRecordedRates(events: readonly ExchangeRatesRecorded[]): SqlStatement[] {
  const rates = events.flatMap(({ tenantId, position, payload }) =>
    payload.rates.map((rate) => ({ ...rate, tenantId, position })),
  );
  if (rates.length === 0) return [];
  const values = [JSON.stringify(rates.map((rate, nth) => ({ ...rate, nth })))];
  return [
    { text: KEEP_RATES, values },
    { text: KEEP_PAIRS, values },
  ];
}

/** SQL for the position of the tenant's own book at which rates were recorded last; `$1` is the tenant. */
export const RATES_POSITION =
  "(SELECT coalesce(max(position), 0)::float8 FROM exchange_rate_pair WHERE tenant_id = $1)";

/** SQL expressions for two currencies, and the first and last day. */
interface RateTerms {
  readonly one: string;
  readonly other: string;
  readonly from: string;
  readonly to: string;
}

/**
 * SQL for the recorded rates that lead from one currency to another, directly or over a third: those of a range
 * of days, and the last one before it. `$1` is the tenant.
 */
export function recordedBetween({ one, other, from, to }: RateTerms): string {
  const both = `(${one}, ${other})`;
  const columns = "base, quote, bucket AS date, rate::text AS rate, source";
  const ofPair = "tenant_id = $1 AND base = pair.base AND quote = pair.quote";
  return `
    WITH side AS (
      SELECT base, quote, base AS own, quote AS across
      FROM exchange_rate_pair WHERE tenant_id = $1 AND base IN ${both}
      UNION ALL
      SELECT base, quote, quote, base
      FROM exchange_rate_pair WHERE tenant_id = $1 AND quote IN ${both}
    ), pair AS (
      SELECT DISTINCT base, quote FROM side
      WHERE across IN ${both} OR EXISTS (
        SELECT FROM side AS second WHERE second.across = side.across AND second.own <> side.own)
    )
    SELECT rate.base, rate.quote, rate.date::text AS date, rate.rate, rate.source
    FROM pair CROSS JOIN LATERAL (
      (SELECT ${columns} FROM exchange_rate WHERE ${ofPair} AND bucket BETWEEN ${from} AND ${to})
      UNION ALL
      (SELECT ${columns} FROM exchange_rate WHERE ${ofPair} AND bucket < ${from}
       ORDER BY bucket DESC LIMIT 1)
    ) AS rate`;
}
