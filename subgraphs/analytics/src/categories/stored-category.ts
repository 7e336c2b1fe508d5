import type { CategorySource } from "../classification/built-in-model.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";
import type { StoredLine } from "../movements/movement-store.ts";

/** The category a transaction has now, and its origin. */
export interface StoredCategory {
  readonly transactionId: string;
  readonly category: CategoryCode;
  readonly confidence: number;
  readonly source: CategorySource;
  readonly model: string;
  readonly evidence: readonly string[];
  readonly needsReview: boolean;
  readonly categorisedAt: Date;
  /** The change by a person that it comes from; it can be undone. */
  readonly changeId?: string | null | undefined;
  /** The lines of a split, each with its own category; null without any. */
  readonly lines?: readonly StoredLine[] | null | undefined;
}
