import type { TransactionPosted } from "@allfunds/contract/events";
import { toTransactionObject, type TransactionObject } from "../transactions/transaction-object.ts";
import type { BatchRead } from "../../graph/ledger-context.ts";

const READ_REVERSALS = `
  SELECT t.reverses, e.position, e.recorded_at, e.payload
  FROM transaction t JOIN event e USING (tenant_id, book_id, position)
  WHERE t.tenant_id = $1 AND t.reverses = ANY ($2::uuid[])
  ORDER BY e.position`;

interface ReversalRow {
  readonly reverses: string;
  readonly position: string;
  readonly recorded_at: Date;
  readonly payload: TransactionPosted;
}

/** The reversals of each of these transactions, oldest first. */
export const reversalsOf: BatchRead<TransactionObject[]> = async ({ request, stores }, ids) => {
  const parameters = [request.tenantId, ids] as const;
  const { rows } = await stores.pool.query<ReversalRow>(READ_REVERSALS, parameters);
  const reversals = new Map<string, TransactionObject[]>();
  for (const { reverses, position, recorded_at: recordedAt, payload } of rows) {
    const reversal = toTransactionObject({ position: Number(position), recordedAt, payload });
    reversals.set(reverses, [...(reversals.get(reverses) ?? []), reversal]);
  }
  return reversals;
};
