import type { ApprovalLimitSet } from "./proposal-events.ts";

/** The limits of one currency as a book knows them; amounts are minor units as text, null for no limit. */
export interface CurrencyLimits {
  readonly fundMinor: string | null;
  readonly tenantMinor: string | null;
  /** The tenant's limit is as it was set at this position of the tenant's own book. */
  readonly tenantVersion: number;
}

/** Limits by currency; they stand with the fund, as JSON, so that deciding needs no query for them. */
export type ApprovalLimits = Readonly<Record<string, CurrencyLimits>>;

const NONE: CurrencyLimits = { fundMinor: null, tenantMinor: null, tenantVersion: 0 };

export const limitsIn = (limits: ApprovalLimits | undefined, currency: string): CurrencyLimits =>
  limits !== undefined && Object.hasOwn(limits, currency) ? (limits[currency] ?? NONE) : NONE;

/** What holds: the fund's own limit, else its tenant's, else none. */
export function limitOf(limits: ApprovalLimits | undefined, currency: string): bigint | null {
  const { fundMinor, tenantMinor } = limitsIn(limits, currency);
  const minor = fundMinor ?? tenantMinor;
  return minor === null ? null : BigInt(minor);
}

/** The limits with one of them set anew. */
export function evolveLimits(
  limits: ApprovalLimits | undefined,
  { of, currency, limitMinor, version }: ApprovalLimitSet,
): ApprovalLimits {
  const minor = limitMinor?.toString() ?? null;
  const before = limitsIn(limits, currency);
  const after =
    of === "FUND"
      ? { ...before, fundMinor: minor }
      : { ...before, tenantMinor: minor, tenantVersion: version ?? before.tenantVersion };
  return { ...limits, [currency]: after };
}
