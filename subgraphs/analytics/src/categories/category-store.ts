import { grantedFunds } from "@allfunds/platform/auth";
import { withTransaction } from "@allfunds/platform/database";
import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import type { CategorySource } from "./built-in-model.ts";
import type { CategoryCode } from "./taxonomy.ts";

/** The category a transaction has now, with where it came from. */
export interface StoredCategory {
  readonly transactionId: string;
  readonly category: CategoryCode;
  readonly confidence: number;
  readonly source: CategorySource;
  readonly model: string;
  readonly evidence: readonly string[];
  readonly needsReview: boolean;
  readonly categorisedAt: Date;
}

export const CATEGORY_COLUMNS = `
  transaction_id AS "transactionId", category, confidence, source, model, evidence,
  needs_review AS "needsReview", categorised_at AS "categorisedAt"`;

const LOAD = `
  SELECT ${CATEGORY_COLUMNS} FROM movement
  WHERE tenant_id = $1 AND transaction_id = ANY($2::uuid[])
    AND ($3::uuid[] IS NULL OR fund_id = ANY($3))`;

/** The categories of those transactions that the caller may see. */
export async function loadCategories(
  pool: Pool,
  request: RequestContext,
  transactionIds: readonly string[],
): Promise<Map<string, StoredCategory>> {
  const { rows } = await withTransaction(pool, request, (client) =>
    client.query<StoredCategory>(LOAD, [request.tenantId, transactionIds, grantedFunds(request)]),
  );
  return new Map(rows.map((row) => [row.transactionId, row]));
}
