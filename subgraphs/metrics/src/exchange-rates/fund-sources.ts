import type { LedgerEvent } from "@allfunds/contract/events";
import type { SqlStatement } from "@allfunds/platform/database";
import { enforceGrants, enforceTenancy } from "@allfunds/platform/tenancy";

type FundTermsSet = Extract<LedgerEvent, { type: "FundTermsSet" }>;

/** The sources of rates that a fund's terms prefer from a day on. */
export interface DatedSources {
  readonly from: string;
  /** The preferred one first. */
  readonly sources: readonly string[];
}

/** By fund and the day of its terms; terms of the same day replace each other. */
export const CREATE_FUND_SOURCES: readonly string[] = [
  `CREATE TABLE fund_sources (
     tenant_id uuid NOT NULL,
     fund_id uuid NOT NULL,
     effective_from date NOT NULL,
     sources text[] NOT NULL,
     PRIMARY KEY (tenant_id, fund_id, effective_from)
   )`,
  ...enforceTenancy("fund_sources"),
  ...enforceGrants("fund_sources"),
];

const KEEP_SOURCES = `
  INSERT INTO fund_sources (tenant_id, fund_id, effective_from, sources)
  SELECT DISTINCT ON ("fundId", "from") "tenantId", "fundId", "from", sources
  FROM json_to_recordset($1) AS given ("tenantId" uuid, "fundId" uuid, "from" date, sources text[], position bigint)
  ORDER BY "fundId", "from", position DESC
  ON CONFLICT (tenant_id, fund_id, effective_from) DO UPDATE SET sources = excluded.sources`;

/** Keeps which sources funds prefer; the events are those of one tenant. */
export function keepFundSources(events: readonly FundTermsSet[]): SqlStatement[] {
  if (events.length === 0) return [];
  const rows = events.map(({ tenantId, position, payload }) => {
    const { fundId, effectiveFrom: from, terms } = payload;
    return { tenantId, fundId, from, sources: terms.priceSources, position };
  });
  return [{ text: KEEP_SOURCES, values: [JSON.stringify(rows)] }];
}

/** SQL for the sources of a fund up to a day, as JSON that ascends by day; `$1` is the tenant. */
export const sourcesOf = ({ fund, to }: { readonly fund: string; readonly to: string }): string => `
  (SELECT json_agg(json_build_object('from', effective_from, 'sources', sources) ORDER BY effective_from)
   FROM fund_sources WHERE tenant_id = $1 AND fund_id = ${fund} AND effective_from <= ${to})`;
