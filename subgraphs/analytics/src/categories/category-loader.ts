import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import { batching } from "../batching.ts";
import type { AwaitFund, Freshness } from "../request-scope.ts";
import { loadCategories } from "./category-store.ts";
import type { StoredCategory } from "./category-store.ts";

/** A transaction as its subgraph refers to it: its place in its book says when it can be known here. */
interface TransactionReference {
  readonly id: string;
  readonly fundId: string;
  readonly position: number;
}

export type CategoryLoader = (reference: TransactionReference) => Promise<StoredCategory | null>;

/**
 * Categories for any number of references at once. A row that is there proves its position was
 * reached, so only references without a row wait for the follower; it proves nothing while the ledger has another history.
 */
export function createCategoryLoader(
  pool: Pool,
  request: RequestContext,
  { awaitFund, requireCurrent }: Freshness,
): CategoryLoader {
  return batching<TransactionReference, StoredCategory | null>(async (references) => {
    await requireCurrent();
    const found = await loadCategories(
      pool,
      request,
      references.map(({ id }) => id),
    );
    const missing = references.filter(({ id }) => !found.has(id));
    if (missing.length === 0) return references.map(({ id }) => found.get(id) ?? null);
    const failures = await waitForBooks(missing, awaitFund);
    const late = await loadCategories(
      pool,
      request,
      missing.map(({ id }) => id),
    );
    return references.map(
      ({ id, fundId }) => found.get(id) ?? late.get(id) ?? failures.get(fundId) ?? null,
    );
  });
}

/** One wait for each book, for the furthest position asked of it. */
async function waitForBooks(
  references: readonly TransactionReference[],
  awaitFund: AwaitFund,
): Promise<Map<string, Error>> {
  const furthest = new Map<string, number>();
  for (const { fundId, position } of references) {
    furthest.set(fundId, Math.max(position, furthest.get(fundId) ?? 0));
  }
  const failures = new Map<string, Error>();
  await Promise.all(
    [...furthest].map(async ([fundId, position]) => {
      try {
        await awaitFund(fundId, position);
      } catch (error) {
        failures.set(fundId, error instanceof Error ? error : new Error(String(error)));
      }
    }),
  );
  return failures;
}
