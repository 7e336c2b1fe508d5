export type InsightKind = "UNUSUAL_AMOUNT" | "NEW_COUNTERPARTY" | "POSSIBLE_DUPLICATE";

/** One figure or fact an insight rests on. */
export interface Evidence {
  readonly name: string;
  readonly value: string;
}

/** Something about a transaction that a person should look at. */
export interface Finding {
  readonly kind: InsightKind;
  readonly fundId: string;
  readonly transactionId: string;
  /** ISO calendar date of the transaction. */
  readonly effectiveDate: string;
  /** One sentence for a person, with the figures. */
  readonly message: string;
  /** How strong the signal is; comparable within one kind only. */
  readonly score: number;
  readonly evidence: readonly Evidence[];
}

export interface Insight extends Finding {
  readonly insightId: string;
  readonly createdAt: Date;
}
