import { setImmediate as nextTurn } from "node:timers/promises";
import type { DatabaseClient } from "@allfunds/platform/database";
import { modelSeriesOf, replaceExpectations } from "../expectations/expectation-store.ts";
import type { SeriesKey, StoredSeries } from "../expectations/expectation-store.ts";
import { loadMarks, settleMarks } from "./examination-marks.ts";
import type { Mark, MarkedFund } from "./examination-marks.ts";

/** Movements of one transaction of the database; a longer range is examined in several. */
const MOST_MOVEMENTS = 1_000;
const SERIES_AT_ONCE = 20;

interface ExaminedMovement {
  readonly position: number;
  readonly payeeKey: string;
  readonly direction: "IN" | "OUT" | "NONE";
  readonly currency: string;
}

const LOCK =
  "SELECT pg_try_advisory_xact_lock(hashtextextended('examination:' || $1, 0)) AS locked";

const MOVEMENTS = `
  SELECT position::int, counterparty_key AS "payeeKey", direction, currency
  FROM movement WHERE tenant_id = $1 AND fund_id = $2 AND position BETWEEN $3 AND $4
  ORDER BY position LIMIT ${MOST_MOVEMENTS}`;

/**
 * Examines what is marked of a fund, within the transaction of the client. What it finds depends on the movements
 * and the day alone, so any division into runs leads to the same. Returns how many movements it has examined;
 * undefined when another instance examines the fund.
 */
export async function examineFund(
  client: DatabaseClient,
  fund: MarkedFund,
  now: Date,
): Promise<number | undefined> {
  const { rows: locks } = await client.query<{ locked: boolean }>(LOCK, [fund.fundId]);
  if (locks[0]?.locked !== true) return undefined;
  const marks = await loadMarks(client, fund);
  if (marks.length === 0) return 0;
  const movements = await loadMarked(client, fund, marks);
  await examineSeries(client, fund, seriesOf(movements, marks), now);
  const isWhole = movements.length < MOST_MOVEMENTS;
  await settleMarks(client, fund, marks, isWhole ? null : (movements.at(-1)?.position ?? null));
  return movements.length;
}

async function loadMarked(
  client: DatabaseClient,
  { tenantId, fundId }: MarkedFund,
  marks: readonly Mark[],
): Promise<ExaminedMovement[]> {
  const from = Math.min(...marks.map(({ fromPosition }) => fromPosition));
  const through = Math.max(
    ...marks.map(({ throughPosition }) => throughPosition ?? Number.MAX_SAFE_INTEGER),
  );
  const { rows } = await client.query<ExaminedMovement>(MOVEMENTS, [
    tenantId,
    fundId,
    from,
    through,
  ]);
  return rows;
}

/** The series of the movements that are marked for it. */
function seriesOf(movements: readonly ExaminedMovement[], marks: readonly Mark[]): SeriesKey[] {
  const ofSeries = marks.filter((mark) => mark.ofSeries);
  const isMarked = (position: number): boolean =>
    ofSeries.some(
      ({ fromPosition, throughPosition }) =>
        fromPosition <= position && position <= (throughPosition ?? Infinity),
    );
  const keys = new Map<string, SeriesKey>();
  for (const { position, payeeKey, direction, currency } of movements) {
    if (payeeKey === "" || !isMarked(position)) continue;
    // Of one that moves nothing, what it moved before it was taken back may have been of either series.
    for (const way of direction === "NONE" ? (["IN", "OUT"] as const) : [direction])
      keys.set(`${way} ${currency} ${payeeKey}`, { payeeKey, direction: way, currency });
  }
  return [...keys.values()];
}

/** Between a few series other work gets its turn. */
async function examineSeries(
  client: DatabaseClient,
  fund: MarkedFund,
  keys: readonly SeriesKey[],
  now: Date,
): Promise<void> {
  const found: StoredSeries[] = [];
  for (let from = 0; from < keys.length; from += SERIES_AT_ONCE) {
    found.push(
      ...(await modelSeriesOf(client, fund, keys.slice(from, from + SERIES_AT_ONCE), now)),
    );
    await nextTurn();
  }
  if (keys.length > 0) await replaceExpectations(client, fund, keys, found);
}
