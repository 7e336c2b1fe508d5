import type { TenantReads } from "@allfunds/platform/tenancy";

/** A closed year as it is read. */
export interface YearEndRow {
  readonly id: string;
  readonly to: string;
  readonly position: number;
  readonly closedAt: Date;
  readonly reopenedAt: Date | null;
}

const READ_YEARS = `
  SELECT y.transaction_id, y.to_date::text, y.position::int, c.recorded_at AS closed_at,
    r.recorded_at AS reopened_at
  FROM closed_year y
  JOIN event c ON c.tenant_id = y.tenant_id AND c.book_id = y.book_id AND c.position = y.position
  LEFT JOIN event r ON r.tenant_id = y.tenant_id AND r.book_id = y.book_id
    AND r.position = y.reopened_position
  WHERE y.tenant_id = $1 AND y.book_id = $2
  ORDER BY y.position DESC LIMIT 200`;

interface Row {
  readonly transaction_id: string;
  readonly to_date: string;
  readonly position: number;
  readonly closed_at: Date;
  readonly reopened_at: Date | null;
}

/** The years of a fund that were ever closed, the last closed first. */
export async function readYearEnds(
  pool: TenantReads,
  tenantId: string,
  fundId: string,
): Promise<YearEndRow[]> {
  const { rows } = await pool.query<Row>(READ_YEARS, [tenantId, fundId]);
  return rows.map((row) => ({
    id: row.transaction_id,
    to: row.to_date,
    position: row.position,
    closedAt: row.closed_at,
    reopenedAt: row.reopened_at,
  }));
}
