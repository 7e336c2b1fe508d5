import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { TransactionPosted } from "@allfunds/contract/events";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { toTransactionObject, type TransactionObject } from "./transaction-object.ts";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import type { PageRequest } from "../../graph/page-args.ts";

interface TransactionEventRow {
  readonly position: string;
  readonly recorded_at: Date;
  readonly payload: TransactionPosted;
}

const toObject = ({ position, recorded_at, payload }: TransactionEventRow): TransactionObject =>
  toTransactionObject({ position: Number(position), recordedAt: recorded_at, payload });

const READ_BY_IDS = `
  SELECT e.position, e.recorded_at, e.payload
  FROM transaction t JOIN event e USING (tenant_id, book_id, position)
  WHERE t.tenant_id = $1 AND t.id = ANY ($2::uuid[])`;

const transactionsById: BatchRead<TransactionObject> = async ({ request, stores }, ids) => {
  const parameters = [request.tenantId, ids] as const;
  const { rows } = await stores.pool.query<TransactionEventRow>(READ_BY_IDS, parameters);
  return new Map(rows.map(toObject).map((transaction) => [transaction.id, transaction]));
};

export const findTransaction = (
  context: LedgerContext,
  id: string,
): Promise<TransactionObject | null> => find(context, transactionsById, id);

export async function requireTransaction(
  context: LedgerContext,
  id: string,
): Promise<TransactionObject> {
  const transaction = await findTransaction(context, id);
  if (transaction === null) {
    throw new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${id}.`);
  }
  return transaction;
}

const READ_BY_IMPORT = `
  SELECT e.position, e.recorded_at, e.payload
  FROM (
    SELECT tenant_id, book_id, position FROM transaction
    WHERE tenant_id = $1 AND import_id = $2 AND position > $3
    ORDER BY position LIMIT $4
  ) t JOIN event e USING (tenant_id, book_id, position)
  ORDER BY t.position`;

/** The transactions an import posted, in book order; one more than `first`. */
export async function readImportedPage(
  pool: TenantReads,
  tenantId: string,
  importId: string,
  { first, after }: PageRequest,
): Promise<TransactionObject[]> {
  const [position] = typeof after === "string" ? decodeCursor(after, 1) : [0];
  if (!Number.isSafeInteger(position)) throw invalidInput("after", "is not a cursor of this list");
  const { rows } = await pool.query<TransactionEventRow>(READ_BY_IMPORT, [
    tenantId,
    importId,
    position,
    first + 1,
  ]);
  return rows.map(toObject);
}
