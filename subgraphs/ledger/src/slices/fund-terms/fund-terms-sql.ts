import type { FundTerms } from "@allfunds/contract/fund-administration";
import type { TenantReads } from "@allfunds/platform/tenancy";

const READ_TERMS = `
  SELECT effective_from::text AS "effectiveFrom", terms FROM fund_terms
  WHERE tenant_id = $1 AND book_id = $2 AND effective_from <= $3::date
  ORDER BY effective_from DESC LIMIT 1`;

interface TermsRow {
  readonly effectiveFrom: string;
  readonly terms: string;
}

/** Terms with the date from which on they hold. */
export interface DatedTerms {
  readonly effectiveFrom: string;
  readonly terms: FundTerms;
}

/** The terms of a fund on a date; undefined while it is not administered. */
export async function readTerms(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
  date: string,
): Promise<DatedTerms | undefined> {
  const { rows } = await reads.query<TermsRow>(READ_TERMS, [tenantId, fundId, date]);
  const [row] = rows;
  return row && { effectiveFrom: row.effectiveFrom, terms: JSON.parse(row.terms) as FundTerms };
}
