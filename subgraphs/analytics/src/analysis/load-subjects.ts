import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "@allfunds/contract/errors";
import { grantedFunds } from "@allfunds/platform/auth";
import { withTransaction } from "@allfunds/platform/database";
import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import { CATEGORY_COLUMNS } from "../categories/category-store.ts";
import type { StoredCategory } from "../categories/category-store.ts";
import type { CashDirection } from "../categories/features.ts";

/** A stored transaction with what an analysis needs of it. */
export interface StoredSubject extends StoredCategory {
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty: string | null;
  readonly direction: CashDirection;
  readonly currency: string;
  readonly amountMinor: string;
}

const LOAD = `
  SELECT ${CATEGORY_COLUMNS}, description, reference, counterparty, direction, currency,
    amount_minor::text AS "amountMinor"
  FROM movement WHERE tenant_id = $1 AND transaction_id = ANY($2::uuid[])
    AND ($3::uuid[] IS NULL OR fund_id = ANY($3))`;

const LONGEST_WAIT_MS = 1_500;
const POLL_MS = 100;

/**
 * The transactions of these ids, as far as the caller may see them. One that was posted a moment ago may still be on its way here, so
 * a missing one is waited for (1.5 s) before it counts as TRANSACTION_NOT_FOUND.
 */
export async function loadSubjects(
  pool: Pool,
  request: RequestContext,
  transactionIds: readonly string[],
): Promise<ReadonlyMap<string, StoredSubject>> {
  if (transactionIds.length === 0) return new Map();
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const { rows } = await withTransaction(pool, request, (client) =>
      client.query<StoredSubject>(LOAD, [request.tenantId, transactionIds, grantedFunds(request)]),
    );
    const found = new Map(rows.map((row) => [row.transactionId, row]));
    const missing = transactionIds.find((id) => !found.has(id));
    if (missing === undefined) return found;
    if (performance.now() > deadline) {
      throw new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${missing}.`);
    }
    await sleep(POLL_MS);
  }
}
