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

/** Of each pair, day and source the rate that was recorded last: which source counts is for each fund to say. */
export const KEEP_SOURCES_OF_RATES: readonly string[] = [
  `ALTER TABLE exchange_rate DROP CONSTRAINT exchange_rate_pkey,
     ADD COLUMN position bigint NOT NULL,
     ADD COLUMN line int NOT NULL,
     ADD PRIMARY KEY (tenant_id, base, quote, bucket, source)`,
];

const RATES = `json_to_recordset($1) AS recorded ("tenantId" uuid, base text, quote text, date date,
    rate numeric, source text, position bigint, line int)`;

// A correction is a later record of the same day, so the last one counts.
const KEEP_RATES = `
  INSERT INTO exchange_rate (tenant_id, base, quote, bucket, source, rate, position, line)
  SELECT DISTINCT ON (base, quote, date, source)
    "tenantId", base, quote, date, source, rate, position, line
  FROM ${RATES} ORDER BY base, quote, date, source, position DESC, line DESC
  ON CONFLICT (tenant_id, base, quote, bucket, source) DO UPDATE
  SET rate = excluded.rate, position = excluded.position, line = excluded.line`;

const KEEP_PAIRS = `
  INSERT INTO exchange_rate_pair (tenant_id, base, quote, position)
  SELECT "tenantId", base, quote, max(position) FROM ${RATES} GROUP BY 1, 2, 3
  ON CONFLICT (tenant_id, base, quote) DO UPDATE SET position = excluded.position`;

/** Keeps recorded rates; the events are those of one tenant. */
export function keepRecordedRates(events: readonly ExchangeRatesRecorded[]): SqlStatement[] {
  const rates = events.flatMap(({ tenantId, position, payload }) =>
    payload.rates.map((rate, line) => ({ ...rate, tenantId, position, line })),
  );
  if (rates.length === 0) return [];
  const values = [JSON.stringify(rates)];
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
 * of days, and those of the last day before it. `$1` is the tenant.
 */
export function recordedBetween({ one, other, from, to }: RateTerms): string {
  const both = `(${one}, ${other})`;
  const columns = "base, quote, bucket AS date, rate::text AS rate, source, position, line";
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
    SELECT rate.base, rate.quote, rate.date::text AS date, rate.rate, rate.source, rate.position, rate.line
    FROM pair CROSS JOIN LATERAL (
      (SELECT ${columns} FROM exchange_rate WHERE ${ofPair} AND bucket BETWEEN ${from} AND ${to})
      UNION ALL
      (SELECT ${columns} FROM exchange_rate WHERE ${ofPair} AND bucket < ${from}
       ORDER BY bucket DESC FETCH FIRST ROW WITH TIES)
    ) AS rate`;
}
