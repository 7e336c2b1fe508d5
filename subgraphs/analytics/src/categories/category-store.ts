import { BatchLoader } from "@allfunds/platform/graphql";
import type { BookContext } from "@allfunds/platform/feed";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { seesFund } from "@allfunds/platform/auth";
import type { StoredCategory } from "./stored-category.ts";
import type { RecentCategories } from "./recent-categories.ts";

// Every list of transactions needs them: a plain statement, not the mapper.
const LOAD = `
  SELECT transaction_id AS "transactionId", category, confidence, source, model, evidence,
    needs_review AS "needsReview", categorised_at AS "categorisedAt", change_id AS "changeId", lines
  FROM movement WHERE tenant_id = $1 AND transaction_id = ANY($2::uuid[])`;

/** The categories of those transactions that the caller may see. */
export async function loadCategories(
  reads: TenantReads,
  tenantId: string,
  transactionIds: readonly string[],
): Promise<Map<string, StoredCategory>> {
  const parameters = [tenantId, transactionIds] as const;
  const { rows } = await reads.query<StoredCategory>(LOAD, parameters, { prepared: true });
  return new Map(rows.map((row) => [row.transactionId, row]));
}

/** A transaction as its subgraph refers to it; its position shows when it can be here. */
interface TransactionReference {
  readonly id: string;
  readonly fundId: string;
  readonly position: number;
}

/** What a resolver of categories receives. */
export interface CategoryContext {
  /** Look-ups of one turn of the event loop are one query; nothing is kept between turns. */
  readonly categoryOf: (reference: TransactionReference) => Promise<StoredCategory | null>;
}

/** How a read makes sure that it shows nothing stale. */
interface Freshness extends BookContext {
  /** What the feed has just stored. */
  readonly recent: Pick<RecentCategories, "find">;
  /** Whether the feed is followed here and has not come to this position of the fund's book. */
  readonly isBehind: (
    book: { readonly tenantId: string; readonly bookId: string },
    position: number,
  ) => boolean;
  /** CONSISTENCY_TIMEOUT while the ledger has another history than this read model. */
  readonly requireCurrent: () => Promise<void>;
}

/**
 * Categories for any number of references at once. A row that is there proves its position was reached, so
 * only references without a row wait for the follower; it proves nothing while the ledger has another history.
 */
export function createCategoryContext(reads: TenantReads, freshness: Freshness): CategoryContext {
  const { request, awaitBook, requireCurrent } = freshness;
  const findRecent = createRecentLookup(freshness);
  const { tenantId } = request;
  let references: TransactionReference[] = [];
  const loader = new BatchLoader<StoredCategory | Error>(async (ids) => {
    const requested = references;
    references = [];
    await requireCurrent();
    const found = await loadCategories(reads, tenantId, ids);
    const missing = requested.filter(({ id }) => !found.has(id));
    if (missing.length === 0) return found;
    const failures = await waitForBooks(missing, awaitBook);
    const missingIds = missing.map(({ id }) => id);
    const late = await loadCategories(reads, tenantId, missingIds);
    const failed = missing.flatMap(({ id, fundId }) => {
      const failure = failures.get(fundId);
      return failure === undefined ? [] : [[id, failure] as const];
    });
    return new Map<string, StoredCategory | Error>([...failed, ...late, ...found]);
  });
  return {
    categoryOf: async (reference) => {
      const recent = await findRecent(reference);
      if (recent !== undefined) return recent;
      references.push(reference);
      const category = await loader.load(reference.id);
      if (category instanceof Error) throw category;
      return category ?? null;
    },
  };
}

/**
 * The category of a transaction that the feed has just stored, or is about to store here, without the database.
 * The fund is that of the stored transaction, whichever the reference names.
 */
function createRecentLookup({ request, awaitBook, recent, isBehind }: Freshness) {
  const { tenantId } = request;
  return async ({
    id,
    fundId,
    position,
  }: TransactionReference): Promise<StoredCategory | undefined> => {
    let found = recent.find(tenantId, id);
    if (
      found === undefined &&
      seesFund(request, fundId) &&
      isBehind({ tenantId, bookId: fundId }, position)
    ) {
      await awaitBook({ id: fundId, position });
      found = recent.find(tenantId, id);
    }
    if (found === undefined || !seesFund(request, found.fundId)) return undefined;
    await awaitBook({ id: found.fundId, position: found.position });
    return found.category;
  };
}

/** One wait for each book, for the furthest requested position. */
async function waitForBooks(
  references: readonly TransactionReference[],
  awaitBook: BookContext["awaitBook"],
): Promise<Map<string, Error>> {
  const furthest = new Map<string, number>();
  for (const { fundId, position } of references) {
    furthest.set(fundId, Math.max(position, furthest.get(fundId) ?? 0));
  }
  const failures = new Map<string, Error>();
  await Promise.all(
    [...furthest].map(async ([id, position]) => {
      try {
        await awaitBook({ id, position });
      } catch (error) {
        failures.set(id, error instanceof Error ? error : new Error(String(error)));
      }
    }),
  );
  return failures;
}
