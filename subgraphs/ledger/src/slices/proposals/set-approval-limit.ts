import { currencyScale, invalidInput, parseAmount } from "@allfunds/platform";
import { requireFund, type BookState } from "../../engine/book-state.ts";
import { limitsIn } from "./approval-limits.ts";
import type { ApprovalLimitSet } from "./proposal-events.ts";

/** The order to let postings with more debits than this wait for a second person. */
export interface SetApprovalLimit {
  readonly kind: "SetApprovalLimit";
  /** Null for the tenant's limit, in the tenant's own book. */
  readonly fundId: string | null;
  readonly currency: string;
  /** Decimal string, zero or more; null for no limit. */
  readonly amount: string | null;
}

/** The order to make a tenant's limit known in the book of a fund. */
export interface AdoptTenantLimit {
  readonly kind: "AdoptTenantLimit";
  readonly fundId: string;
  readonly limits: readonly TenantLimit[];
}

/** A tenant's limit as its own book has it. */
export interface TenantLimit {
  readonly currency: string;
  /** Minor units; null for no limit. */
  readonly limitMinor: bigint | null;
  /** Position in the tenant's own book. */
  readonly version: number;
}

export function decideSetApprovalLimit(
  { fundId, currency, amount }: SetApprovalLimit,
  state: BookState,
): [ApprovalLimitSet] {
  currencyScale(currency);
  const limitMinor = amount === null ? null : parseAmount(amount, currency);
  if (limitMinor !== null && limitMinor < 0n) throw invalidInput("amount", "must not be negative");
  if (fundId !== null) requireFund(state, fundId);
  const of = fundId === null ? "TENANT" : "FUND";
  return [{ type: "ApprovalLimitSet", fundId, of, currency, limitMinor }];
}

/** Only what is newer than what the book knows: limits may arrive late, twice, and in any order. */
export function decideAdoptTenantLimit(
  { fundId, limits }: AdoptTenantLimit,
  state: BookState,
): ApprovalLimitSet[] {
  const { approvalLimits } = requireFund(state, fundId);
  return limits
    .filter(({ currency, version }) => limitsIn(approvalLimits, currency).tenantVersion < version)
    .map((limit) => adopted(fundId, limit));
}

export const adopted = (fundId: string, limit: TenantLimit): ApprovalLimitSet => ({
  type: "ApprovalLimitSet",
  fundId,
  of: "TENANT",
  ...limit,
});
