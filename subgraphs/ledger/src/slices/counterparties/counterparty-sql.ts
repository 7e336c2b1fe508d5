import type { CounterpartySet } from "@allfunds/contract/events";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";

/** A counterparty as it is now. */
export interface CounterpartyRow {
  readonly id: string;
  readonly payload: CounterpartySet;
  readonly setBy: string;
  readonly setAt: Date;
}

const SELECT = `
  SELECT c.id, e.payload, e.actor AS "setBy", e.recorded_at AS "setAt"
  FROM counterparty c JOIN event e USING (tenant_id, book_id, position)`;

const READ_ONE = `${SELECT} WHERE c.tenant_id = $1 AND c.id = $2`;

export async function readCounterparty(
  reads: TenantReads,
  tenantId: string,
  id: string,
): Promise<CounterpartyRow | undefined> {
  if (!isId(id)) return undefined;
  return (await reads.query<CounterpartyRow>(READ_ONE, [tenantId, id])).rows[0];
}

interface FundOfTenant {
  readonly tenantId: string;
  readonly fundId: string;
}

const READ_PAGE = `${SELECT}
  WHERE c.tenant_id = $1 AND c.book_id = $2 AND c.id > $3::uuid ORDER BY c.id LIMIT $4`;

/** Counterparties of a fund behind one, by id. */
export async function readCounterparties(
  reads: TenantReads,
  { tenantId, fundId }: FundOfTenant,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<CounterpartyRow[]> {
  return (await reads.query<CounterpartyRow>(READ_PAGE, [tenantId, fundId, after, limit])).rows;
}

/** What lines of bank statements state of a party that is no counterparty yet. */
export interface ProposedCounterparty {
  readonly iban: string;
  readonly name: string;
  readonly lines: number;
  readonly lastDate: string;
}

// Events have a hundred lines each; older ones propose nothing.
const PROPOSE = `
  SELECT line->'details'->>'counterpartyIban' AS iban,
    (array_agg(line->>'counterparty' ORDER BY line->>'effectiveDate' DESC))[1] AS name,
    count(*)::int AS lines, max(line->>'effectiveDate') AS "lastDate"
  FROM (
    SELECT e.payload FROM statement_event s JOIN event e USING (tenant_id, book_id, position)
    WHERE s.tenant_id = $1 AND s.book_id = $2 AND s.type = 'StatementLinesRead'
    ORDER BY s.position DESC LIMIT 500) newest, json_array_elements(payload->'lines') AS line
  WHERE line->'details'->>'counterpartyIban' IS NOT NULL AND line->>'counterparty' IS NOT NULL
    AND NOT EXISTS (SELECT FROM counterparty_iban c
      WHERE c.tenant_id = $1 AND c.book_id = $2 AND c.counterparty_id IS NOT NULL
        AND c.iban = line->'details'->>'counterpartyIban')
  GROUP BY 1 ORDER BY lines DESC, iban LIMIT $3`;

/** Who the newest 50,000 lines of a fund's statements name by IBAN, most lines first. */
export async function readProposed(
  reads: TenantReads,
  { tenantId, fundId }: FundOfTenant,
  limit: number,
): Promise<ProposedCounterparty[]> {
  return (await reads.query<ProposedCounterparty>(PROPOSE, [tenantId, fundId, limit])).rows;
}
