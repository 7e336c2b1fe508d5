import { createHash } from "node:crypto";

export const INSIGHT_KINDS = [
  "UNUSUAL_AMOUNT",
  "NEW_COUNTERPARTY",
  "POSSIBLE_DUPLICATE",
  "PRICE_CHANGE",
  "MISSING_PAYMENT",
  "UNFLAGGED_REVERSAL",
  "DIGIT_DISTRIBUTION",
] as const;
export type InsightKind = (typeof INSIGHT_KINDS)[number];

/** How soon a person should look: HIGH today, MEDIUM this week, LOW when there is time. */
export type InsightSeverity = "LOW" | "MEDIUM" | "HIGH";

/** One figure or fact an insight rests on. */
export interface Evidence {
  readonly name: string;
  readonly value: string;
}

/** Something about transactions that a person should look at. */
export interface Finding {
  readonly kind: InsightKind;
  readonly severity: InsightSeverity;
  readonly fundId: string;
  /** The transaction it is about in the first place. */
  readonly transactionId: string;
  /** All transactions it is about, oldest first. */
  readonly transactionIds: readonly string[];
  /** ISO calendar date of what it is about. */
  readonly effectiveDate: string;
  /** One sentence for a person, with the figures. */
  readonly message: string;
  /** How strong the signal is; comparable within one kind only. */
  readonly score: number;
  readonly evidence: readonly Evidence[];
}

/** A person set an insight aside. */
export interface Dismissal {
  readonly reason: string | null;
  readonly dismissedBy: string;
  readonly dismissedAt: Date;
}

export interface Insight extends Finding {
  readonly insightId: string;
  readonly createdAt: Date;
  readonly dismissal: Dismissal | null;
}

/**
 * The id of what is found about a transaction, or about the fund as a whole: the same after a rebuild, so that a
 * dismissal still holds. A UUID of version 8 (RFC 9562) from a hash.
 */
export function insightIdOf(
  tenantId: string,
  { kind, fundId, transactionId }: Pick<Finding, "kind" | "fundId" | "transactionId">,
): string {
  const about = kind === "DIGIT_DISTRIBUTION" ? fundId : transactionId;
  const hash = createHash("sha256").update(`${tenantId} ${kind} ${about}`).digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join("-");
}
