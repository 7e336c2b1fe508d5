import type { Projection } from "../../projections/projection.ts";

const INSERT_DAYS = `
  INSERT INTO entry_day (tenant_id, book_id, generation, account_id, effective_date, position, leg)
  SELECT $1, $2, $3, account_id, effective_date, position, leg
  FROM entry WHERE tenant_id = $1 AND book_id = $2 AND position > $4 AND position <= $5
  ORDER BY account_id, effective_date, position, leg`;

const DROP = `DELETE FROM entry_day WHERE tenant_id = $1 AND book_id = $2 AND generation = $3`;

/**
 * The entries of each account in the order of their value dates, for statements of account. It follows the
 * books, because keeping this order in the transaction that posts would be a sixth of what a posting costs.
 */
export const STATEMENT_DAYS: Projection = {
  name: "statements",
  step: 1,
  most: 4_096,
  project: async (client, { tenantId, bookId }, generation, from, to) => {
    await client.query(INSERT_DAYS, [tenantId, bookId, generation, from, to]);
  },
  drop: async (client, { tenantId, bookId }, generation) => {
    await client.query(DROP, [tenantId, bookId, generation]);
  },
};
