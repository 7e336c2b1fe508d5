import { barOf } from "../storage/roll-up-sql.ts";

/** The buckets of a price series: prices as they are stored, or bars of hours, days, weeks and months. */
export const PriceInterval = {
  POINT: "POINT",
  HOUR: "HOUR",
  DAY: "DAY",
  WEEK: "WEEK",
  MONTH: "MONTH",
} as const;
export type PriceInterval = (typeof PriceInterval)[keyof typeof PriceInterval];

// Parameters: $1 tenant, $2 instrument, $3 the first instant, $4 the end, $5 the most rows, $6 the instant of
// what was known.

const OWN = "tenant_id = $1 AND instrument_id = $2";
/** The first day that begins at an instant or after it. */
const firstDay = (instant: string): string =>
  `((${instant}::timestamptz AT TIME ZONE 'UTC') + interval '86399.999999 seconds')::date`;
const IN_DAYS = `day >= ${firstDay("$3")} AND day < ${firstDay("$4")}`;
const KNOWN_THEN = "known_from <= $6 AND known_until > $6";

const daysIn = (table: string, known: string): string => `
  SELECT day, day::timestamp AT TIME ZONE 'UTC' AS at, open, high, low, close, volume
  FROM ${table} WHERE ${OWN} AND ${IN_DAYS} AND ${known}`;

/** Prices of days, at midnight in UTC of their calendar date. */
const dailyRows = (asKnown: boolean): string =>
  asKnown
    ? `${daysIn("daily_price", "known_from <= $6")}
       UNION ALL ${daysIn("daily_price_history", KNOWN_THEN)}`
    : daysIn("daily_price", "true");

/** Prices at instants of whole buckets that begin within the range. */
function pointRows(asKnown: boolean, from: string, until: string): string {
  const rows = (table: string, known: string) => `
    SELECT at, open, high, low, close, volume
    FROM ${table} WHERE ${OWN} AND at >= ${from} AND at < ${until} AND ${known}`;
  return asKnown
    ? `${rows("price_point", "known_from <= $6")} UNION ALL ${rows("price_point_history", KNOWN_THEN)}`
    : rows("price_point", "true");
}

/** Bars of hours or of days, from the roll-up; what was known before is rolled up when it is read. */
function rolledUp(unit: "hour" | "day", asKnown: boolean): string {
  if (!asKnown) {
    return `SELECT bucket AS at, open, high, low, close, volume
      FROM price_${unit} WHERE ${OWN} AND bucket >= $3 AND bucket < $4`;
  }
  // A bucket belongs to the range by its start, as in the roll-up.
  const points = pointRows(true, "$3", `$4::timestamptz + interval '1 ${unit}'`);
  return `SELECT date_trunc('${unit}', at, 'UTC') AS at, ${barOf("at")}
    FROM (${points}) AS point
    GROUP BY 1 HAVING date_trunc('${unit}', at, 'UTC') >= $3 AND date_trunc('${unit}', at, 'UTC') < $4`;
}

/** One bar a day: the day's own price, or where there is none the bar of the day's instants. */
const dayBars = (asKnown: boolean): string => `
  WITH daily AS MATERIALIZED (${dailyRows(asKnown)})
  SELECT at, open, high, low, close, volume FROM daily
  UNION ALL
  SELECT at, open, high, low, close, volume FROM (${rolledUp("day", asKnown)}) AS rolled
  WHERE NOT EXISTS (SELECT 1 FROM daily WHERE daily.at = rolled.at)`;

// The end of a day is a column: as a function of it, it would be no index condition under row-level security.
// A page needs as many rows of either kind at most. Without their own limit every page sorted all later points.
/** Prices at instants, and the day's own price where a day has no instant. */
const pointBars = (asKnown: boolean, first: string): string => `
  WITH daily AS MATERIALIZED (
    SELECT *, at + interval '1 day' AS until FROM (${dailyRows(asKnown)}) AS day
  )
  (SELECT * FROM (${pointRows(asKnown, "$3", "$4")}) AS point ${first})
  UNION ALL
  SELECT at, open, high, low, close, volume FROM daily
  WHERE NOT EXISTS (SELECT 1 FROM (${pointRows(asKnown, "daily.at", "daily.until")}) AS point)`;

// Of a day that only has a close, the open, the high and the low are not known, and so neither are they of
// its week and month.
const longerBars = (unit: "week" | "month", asKnown: boolean): string => `
  SELECT date_trunc('${unit}', at, 'UTC') AS at,
    (array_agg(open ORDER BY at))[1] AS open,
    CASE WHEN count(high) = count(*) THEN max(high) END AS high,
    CASE WHEN count(low) = count(*) THEN min(low) END AS low,
    (array_agg(close ORDER BY at DESC))[1] AS close,
    CASE WHEN count(volume) = count(*) THEN sum(volume) END AS volume
  FROM (${dayBars(asKnown)}) AS day GROUP BY 1`;

type Shape = "PACKED" | "EXACT";

function rowsOf(shape: Shape, interval: PriceInterval, asKnown: boolean): string {
  switch (interval) {
    case "POINT":
      return pointBars(asKnown, shape === "PACKED" ? "ORDER BY at LIMIT $5" : "");
    case "HOUR":
      return rolledUp("hour", asKnown);
    case "DAY":
      return dayBars(asKnown);
    case "WEEK":
      return longerBars("week", asKnown);
    case "MONTH":
      return longerBars("month", asKnown);
  }
}

const packed = (value: string): string => `float8send(coalesce(${value}::float8, 'NaN'))`;

// One value of all rows: as rows of text a million bars took the driver ten times as long. As one statement
// the version belongs to exactly these prices.
const pack = (rows: string): string => `
  SELECT version::text AS version, (
    SELECT string_agg(
      float8send(round(date_part('epoch', at) * 1000)) || ${packed("open")} || ${packed("high")} ||
      ${packed("low")} || ${packed("close")} || ${packed("volume")}, ''::bytea)
    FROM (SELECT * FROM (${rows}) AS bar ORDER BY at LIMIT $5) AS page
  ) AS packed
  FROM instrument WHERE ${OWN}`;

/** The last parameter is the time of the bar that a page starts after, or null. */
const exact = (rows: string, after: string): string => `
  SELECT at, open::text, high::text, low::text, close::text, volume::text
  FROM (${rows}) AS bar WHERE ${after}::timestamptz IS NULL OR at > ${after} ORDER BY at LIMIT $5`;

const texts = new Map<string, string>();

/** The statement that reads bars of an interval, as they are known now or were at an instant. */
export function barsSql(shape: Shape, interval: PriceInterval, asKnown: boolean): string {
  const key = `${shape} ${interval} ${asKnown}`;
  let text = texts.get(key);
  if (text === undefined) {
    const rows = rowsOf(shape, interval, asKnown);
    texts.set(key, (text = shape === "PACKED" ? pack(rows) : exact(rows, asKnown ? "$7" : "$6")));
  }
  return text;
}
