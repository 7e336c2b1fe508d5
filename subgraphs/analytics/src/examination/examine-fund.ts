import { setImmediate as nextTurn } from "node:timers/promises";
import type { DatabaseClient } from "@allfunds/platform/database";
import type { CategoryCode } from "../classification/taxonomy.ts";
import {
  listDueSeries,
  modelSeriesOf,
  readExpectations,
  replaceExpectations,
} from "../expectations/expectation-store.ts";
import type { SeriesKey, StoredSeries } from "../expectations/expectation-store.ts";
import { loadHistory } from "../history/load-history.ts";
import type { ExaminedMovement } from "../history/past-movement.ts";
import { loadDigitFindings } from "../insights/digit-store.ts";
import { findInsights, MOVEMENT_KINDS } from "../insights/find-insights.ts";
import { replaceInsights } from "../insights/insight-store.ts";
import { findSeriesInsights, SERIES_KINDS } from "../insights/series-insights.ts";
import { isOfDay, loadMarks, settleMarks } from "./examination-marks.ts";
import type { Mark, MarkedFund } from "./examination-marks.ts";

/** Movements of one transaction of the database; a longer range is examined in several. */
const MOST_MOVEMENTS = 1_000;
/** Their payments are read together: a few thousand rows, in a few milliseconds. */
const SERIES_AT_ONCE = 5;

// Movements are read in the order of their indexes. In a table that grows faster than its statistics the
// planner takes any index for as good and sorts; then each run reads the whole fund.
const KEEP_ORDER = "SET LOCAL enable_sort = off";

const LOCK =
  "SELECT pg_try_advisory_xact_lock(hashtextextended('examination:' || $1, 0)) AS locked";

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
  await client.query(KEEP_ORDER);
  const marks = await loadMarks(client, fund);
  if (marks.length === 0) return 0;
  const movements = await loadMarked(client, fund, marks);
  await examineSeries(client, fund, seriesOf(movements, marks), now);
  await examineMovements(client, fund, movements);
  const isWhole = movements.length < MOST_MOVEMENTS;
  if (isWhole) await examineWhole(client, fund, now, marks.some(isOfDay));
  await settleMarks(client, fund, marks, isWhole ? null : (movements.at(-1)?.position ?? null));
  return movements.length;
}

const MOVEMENTS = `
  SELECT transaction_id AS "transactionId", fund_id AS "fundId", position::int, effective_date::text AS "effectiveDate",
    amount_minor::text AS amount, currency, direction, counterparty, counterparty_key AS "counterpartyKey", reference,
    category
  FROM movement WHERE tenant_id = $1 AND fund_id = $2 AND position BETWEEN $3 AND $4
  ORDER BY position NULLS FIRST LIMIT ${MOST_MOVEMENTS}`;

type MovementRow = Omit<ExaminedMovement, "amountMinor"> & {
  readonly amount: string;
  readonly category: CategoryCode;
};

async function loadMarked(
  client: DatabaseClient,
  { tenantId, fundId }: MarkedFund,
  marks: readonly Mark[],
): Promise<ExaminedMovement[]> {
  const from = Math.min(...marks.map(({ fromPosition }) => fromPosition));
  const through = Math.max(
    ...marks.map(({ throughPosition }) => throughPosition ?? Number.MAX_SAFE_INTEGER),
  );
  const { rows } = await client.query<MovementRow>(MOVEMENTS, [tenantId, fundId, from, through]);
  return rows.map(({ amount, ...row }) => ({ ...row, amountMinor: BigInt(amount) }));
}

/** The series of the movements that are marked for it. */
function seriesOf(movements: readonly ExaminedMovement[], marks: readonly Mark[]): SeriesKey[] {
  const ofSeries = marks.filter((mark) => mark.ofSeries);
  const markOf = (position: number): Mark | undefined =>
    ofSeries.find(
      ({ fromPosition, throughPosition }) =>
        fromPosition <= position && position <= (throughPosition ?? Infinity),
    );
  const keys = new Map<string, SeriesKey>();
  for (const { position, counterpartyKey: payeeKey, direction, currency } of movements) {
    const mark = payeeKey === "" ? undefined : markOf(position);
    if (mark === undefined) continue;
    // Of one that was changed, what it moved before may have been of either series.
    const isChanged = direction === "NONE" || !mark.awaited;
    for (const way of isChanged ? (["IN", "OUT"] as const) : [direction]) {
      keys.set(`${way} ${currency} ${payeeKey}`, { payeeKey, direction: way, currency });
    }
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
  const transactionIds: string[] = [];
  for (let from = 0; from < keys.length; from += SERIES_AT_ONCE) {
    const part = await modelSeriesOf(client, fund, keys.slice(from, from + SERIES_AT_ONCE), now);
    found.push(...part.series);
    transactionIds.push(...part.transactionIds);
    await nextTurn();
  }
  if (keys.length === 0) return;
  await replaceExpectations(client, fund, keys, found);
  const findings = found.flatMap((series) => findSeriesInsights(fund.fundId, series, now));
  const judged = { kinds: SERIES_KINDS, fromPosition: 0, throughPosition: -1, transactionIds };
  await replaceInsights(client, fund, judged, findings);
}

async function examineMovements(
  client: DatabaseClient,
  fund: MarkedFund,
  movements: readonly ExaminedMovement[],
): Promise<void> {
  const [first, last] = [movements[0], movements.at(-1)];
  if (first === undefined || last === undefined) return;
  const history = await loadHistory(client, { ...fund, position: first.position }, movements);
  const findings = findInsights(movements, history);
  const judged = { fromPosition: first.position, throughPosition: last.position };
  await replaceInsights(client, fund, { kinds: MOVEMENT_KINDS, ...judged }, findings);
}

/** What is of the fund as a whole, or of the day: payments that are missing by now, the digits of all amounts. */
async function examineWhole(
  client: DatabaseClient,
  fund: MarkedFund,
  now: Date,
  isDaily: boolean,
): Promise<void> {
  await examineSeries(client, fund, await listDueSeries(client, fund, now), now);
  const series = await readExpectations(client, fund);
  const missing = series
    .flatMap((each) => findSeriesInsights(fund.fundId, each, now))
    .filter(({ kind }) => kind === "MISSING_PAYMENT");
  const all = { fromPosition: 0, throughPosition: Number.MAX_SAFE_INTEGER };
  await replaceInsights(client, fund, { kinds: ["MISSING_PAYMENT"], ...all }, missing);
  const digits = await loadDigitFindings(client, fund, isDaily);
  if (digits === undefined) return;
  await replaceInsights(client, fund, { kinds: ["DIGIT_DISTRIBUTION"], ...all }, digits);
}
