import { AppError } from "@allfunds/contract/errors";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { find, type BatchRead, type LedgerContext } from "../../graph/ledger-context.ts";
import type { PageRequest } from "../../graph/page-args.ts";
import { recordCursor } from "../exchange-rates/exchange-rate-sql.ts";
import {
  toActionObject,
  type ActionRow,
  type CorporateActionObject,
} from "./corporate-action-object.ts";

const READ = `
  SELECT e.payload, f.position::int, s.status
  FROM portfolio_fact f JOIN event e USING (tenant_id, book_id, position)
  LEFT JOIN LATERAL (SELECT status FROM portfolio_status
    WHERE tenant_id = f.tenant_id AND book_id = f.book_id AND fact_id = f.fact_id
    ORDER BY position DESC LIMIT 1) s ON true
  WHERE f.tenant_id = $1 AND f.kind NOT IN ('BUY', 'SELL')`;

export const dayOf = (now: Date): string => now.toISOString().slice(0, 10);

const actionsById: BatchRead<CorporateActionObject> = async ({ request, stores }, ids) => {
  const sql = `${READ} AND f.fact_id = ANY ($2::uuid[])`;
  const { rows } = await stores.pool.query<ActionRow>(sql, [request.tenantId, [...ids]]);
  const today = dayOf(request.now);
  return new Map(rows.map((row) => [row.payload.fact.id, toActionObject(row, today)]));
};

/** The corporate action with this id, null when there is none. */
export const findAction = (
  context: LedgerContext,
  id: string,
): Promise<CorporateActionObject | null> => find(context, actionsById, id);

export async function requireAction(
  context: LedgerContext,
  id: string,
): Promise<CorporateActionObject> {
  const action = await findAction(context, id);
  if (action !== null) return action;
  throw new AppError(
    "CORPORATE_ACTION_NOT_FOUND",
    `There is no corporate action ${id.slice(0, 80)}.`,
  );
}

const READ_PAGE = `
  ${READ} AND f.book_id = $2 AND ($3::bigint IS NULL OR f.position < $3)
  ORDER BY f.position DESC LIMIT $4`;

/** Corporate actions of a fund, the last recorded first; one more than `first`. */
export async function readActionPage(
  reads: TenantReads,
  tenantId: string,
  fundId: string,
  today: string,
  { first, after }: PageRequest,
): Promise<CorporateActionObject[]> {
  const [position] = recordCursor(after);
  const parameters = [tenantId, fundId, position, first + 1] as const;
  const { rows } = await reads.query<ActionRow>(READ_PAGE, [...parameters]);
  return rows.map((row) => toActionObject(row, today));
}
