import type { Statements } from "../../engine/statements.ts";
import type { StoredBatch } from "../../engine/stored-batch.ts";

const INSERT_FUND = `
  INSERT INTO fund (tenant_id, id, name, currency, opened_at) VALUES ($1, $2, $3, $4, $5)`;

/** Makes opened funds readable. */
export async function storeFunds(statements: Statements, batch: StoredBatch): Promise<void> {
  for (const { event, recordedAt } of batch.events) {
    if (event.type !== "FundOpened") continue;
    await statements.query(INSERT_FUND, [
      batch.book.tenantId,
      event.fundId,
      event.name,
      event.currency,
      recordedAt,
    ]);
  }
}
