import type { StoredCategory } from "./stored-category.ts";

/** PostgreSQL channel that wakes every replica when stored categories have changed. */
export const CATEGORY_CHANNEL = "category_changed";

// A category takes about 500 bytes; at 1,000 events a second those of some seconds are here.
const MOST_KEPT = 20_000;
/** Another instance may have changed a category meanwhile; what is older is read from the database. */
const KEPT_MS = 5_000;

/** A category as it was stored a moment ago, and whose transaction it is of. */
export interface RecentCategory {
  readonly tenantId: string;
  readonly fundId: string;
  readonly position: number;
  readonly category: StoredCategory;
}

interface Kept extends RecentCategory {
  readonly keptAt: number;
}

/**
 * The categories that the feed has just stored: a live list requests each of them in the next moment. A reader
 * checks the fund it may see and that the position was reached, because a batch may fail after it is here.
 */
export class RecentCategories {
  readonly #kept = new Map<string, Kept>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  keep(recent: readonly RecentCategory[]): void {
    const keptAt = this.#now();
    for (const one of recent)
      this.#kept.set(keyOf(one.tenantId, one.category.transactionId), { ...one, keptAt });
    this.#trim(keptAt);
  }

  find(tenantId: string, transactionId: string): RecentCategory | undefined {
    const found = this.#kept.get(keyOf(tenantId, transactionId));
    return found !== undefined && found.keptAt > this.#now() - KEPT_MS ? found : undefined;
  }

  /** Evicts what is no longer as it was; without a tenant everything. */
  evict(tenantId?: string): void {
    if (tenantId === undefined) this.#kept.clear();
    else
      for (const [key, { tenantId: of }] of this.#kept) if (of === tenantId) this.#kept.delete(key);
  }

  /** They are kept in the order in which they came. */
  #trim(now: number): void {
    for (const [key, { keptAt }] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT && keptAt > now - KEPT_MS) return;
      this.#kept.delete(key);
    }
  }
}

const keyOf = (tenantId: string, transactionId: string): string => `${tenantId} ${transactionId}`;
