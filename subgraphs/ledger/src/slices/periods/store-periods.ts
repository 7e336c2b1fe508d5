import type { Statements } from "../../engine/statements.ts";
import type { StoredBatch } from "../../engine/stored-batch.ts";

const INSERT_PERIOD = `
  INSERT INTO period (tenant_id, id, book_id, position, from_date, to_date, closed_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`;

const REOPEN_PERIOD = `
  UPDATE period SET reopened_at = $3, reopen_reason = $4 WHERE tenant_id = $1 AND id = $2`;

// What every decision needs stands with the fund, so that it costs no query of its own.
const SET_CLOSED = `
  UPDATE fund SET closed_periods = $3::jsonb WHERE tenant_id = $1 AND id = $2`;

/** Makes closed and reopened periods readable. */
export async function storePeriods(statements: Statements, batch: StoredBatch): Promise<void> {
  const { tenantId, bookId } = batch.book;
  const sent: Promise<unknown>[] = [];
  for (const { event, position, recordedAt } of batch.events) {
    if (event.type === "PeriodClosed") {
      const { periodId, from, to } = event;
      const parameters = [tenantId, periodId, bookId, position, from, to, recordedAt];
      sent.push(statements.query(INSERT_PERIOD, parameters));
    } else if (event.type === "PeriodReopened") {
      const parameters = [tenantId, event.periodId, recordedAt, event.reason];
      sent.push(statements.query(REOPEN_PERIOD, parameters));
    }
  }
  if (sent.length === 0) return;
  const closed = JSON.stringify(batch.after.fund?.closedPeriods ?? []);
  sent.push(statements.query(SET_CLOSED, [tenantId, bookId, closed]));
  await Promise.all(sent);
}
