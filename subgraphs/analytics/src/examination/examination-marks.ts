import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import { AppError } from "@allfunds/contract/errors";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * What is to be examined: positions of a fund's book whose movements are new or read otherwise. Triggers of the
 * table of movements write the marks, by any writer; the examiner deletes them with what it has found.
 */
export interface Mark {
  readonly markId: string;
  readonly fromPosition: number;
  /** Null for all later ones. */
  readonly throughPosition: number | null;
  /** The series of these movements are examined as well. */
  readonly ofSeries: boolean;
  /** Readers wait for it: the movements are new. */
  readonly awaited: boolean;
}

export interface MarkedFund {
  readonly tenantId: string;
  readonly fundId: string;
}

/** PostgreSQL channel that wakes the examiners once a batch is stored. */
export const EXAMINATION_CHANNEL = "movements_to_examine";

const MARKED =
  'SELECT DISTINCT tenant_id AS "tenantId", fund_id AS "fundId" FROM examination_mark LIMIT 1000';

/** The funds of all tenants with something to examine; the table shows them all to a connection without tenant. */
export async function listMarkedFunds(pool: Pool): Promise<MarkedFund[]> {
  const { rows } = await pool.query<MarkedFund>(MARKED);
  return rows;
}

const MARK_ALL = `
  INSERT INTO examination_mark (tenant_id, fund_id, from_position, through_position, of_series, awaited)
  SELECT tenant_id, fund_id, 0, 0, false, false FROM feed_book_position WHERE follower = $1`;

/** Marks every fund for what depends on the day alone. */
export async function markEveryFund(pool: Pool, follower: string): Promise<void> {
  await pool.query(MARK_ALL, [follower]);
}

/** Whether a mark is of the day and of no movement. */
export const isOfDay = ({ throughPosition }: Mark): boolean => throughPosition === 0;

const MARKS = `
  SELECT mark_id::text AS "markId", from_position::int AS "fromPosition", through_position::int AS "throughPosition",
    of_series AS "ofSeries", awaited
  FROM examination_mark WHERE tenant_id = $1 AND fund_id = $2 ORDER BY mark_id LIMIT 5000`;

export async function loadMarks(
  client: DatabaseClient,
  { tenantId, fundId }: MarkedFund,
): Promise<Mark[]> {
  const { rows } = await client.query<Mark>(MARKS, [tenantId, fundId]);
  return rows;
}

const SETTLE = `
  WITH settled AS (
    DELETE FROM examination_mark WHERE tenant_id = $1 AND fund_id = $2 AND mark_id = ANY($3::bigint[])
    RETURNING from_position, through_position, of_series, awaited
  )
  INSERT INTO examination_mark (tenant_id, fund_id, from_position, through_position, of_series, awaited)
  SELECT $1, $2, greatest(from_position, $4::bigint + 1), through_position, of_series, awaited
  FROM settled WHERE $4::bigint IS NOT NULL AND (through_position IS NULL OR through_position > $4)`;

/** Deletes marks; of those that reach beyond a position the rest stays to be examined. */
export async function settleMarks(
  client: DatabaseClient,
  { tenantId, fundId }: MarkedFund,
  marks: readonly Mark[],
  through: number | null,
): Promise<void> {
  await client.query(SETTLE, [tenantId, fundId, marks.map(({ markId }) => markId), through]);
}

// One examiner at a time writes the expectations of a fund, so that a later change has a later transaction: the sum
// of those that wrote the rows differs, or else their number does.
const IS_EXAMINED = `
  SELECT NOT EXISTS (
    SELECT FROM examination_mark WHERE tenant_id = $1 AND fund_id = $2 AND awaited AND from_position <= $3
  ) AS examined, (
    SELECT concat(count(*), ' ', sum(xmin::text::bigint)) FROM expectation WHERE tenant_id = $1 AND fund_id = $2
  ) AS version`;

const LONGEST_WAIT_MS = 1_500;
const POLL_MS = 15;

/**
 * Resolves when everything posted up to the fund's position was examined, with the version of the expectations that
 * the caller sees: it changes with them. Throws CONSISTENCY_TIMEOUT when that
 * takes too long; what changed about older movements is not waited for.
 */
export async function awaitExamined(
  reads: TenantReads,
  tenantId: string,
  { id, position }: { readonly id: string; readonly position: number },
): Promise<string> {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const parameters = [tenantId, id, position] as const;
    const { rows } = await reads.query<{ examined: boolean; version: string }>(
      IS_EXAMINED,
      parameters,
      {
        prepared: true,
        plannedOnce: true,
      },
    );
    if (rows[0]?.examined === true) return rows[0].version;
    if (performance.now() >= deadline) {
      throw new AppError(
        "CONSISTENCY_TIMEOUT",
        "The figures are behind the books. Try again in a moment.",
        {
          detail: `analytics has not examined fund ${id} up to ${position}`,
        },
      );
    }
    await sleep(POLL_MS);
  }
}
