import { AppError } from "@allfunds/contract/errors";
import { fundNotFound } from "@allfunds/contract/feed";
import { auditEvent } from "@allfunds/platform/audit";
import type { AuditEvent } from "@allfunds/platform/audit";
import type { RequestContext } from "@allfunds/platform/context";
import { Migration, withTransaction } from "@allfunds/platform/database";
import type { DatabaseClient, NamedMigration, Pool } from "@allfunds/platform/database";
import { enforceGrants, enforceTenancy } from "@allfunds/platform/tenancy";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { FOLLOWER_NAME } from "../feed/read-model.ts";
import { MOVED_PARTS } from "../predictions/prediction-store.ts";
import { compareBudgets, endOfMonth, startOf } from "./budget.ts";
import type { BudgetComparison, BudgetFact, BudgetPeriod, MonthTotal } from "./budget.ts";

/** Facts are added and never changed, by this service neither. A rebuild of the read model keeps them. */
class CreateBudgets extends Migration {
  override up(): void {
    this.addSql(`
      CREATE TABLE budget (
        tenant_id uuid NOT NULL,
        fund_id uuid NOT NULL,
        version int NOT NULL CHECK (version > 0),
        period text NOT NULL CHECK (period IN ('MONTH', 'YEAR')),
        category text NOT NULL,
        currency text NOT NULL,
        first date NOT NULL,
        last date CHECK (last >= first),
        amount_minor numeric(39, 0) CHECK (amount_minor >= 0),
        rolls_over boolean NOT NULL,
        set_by text NOT NULL,
        set_at timestamptz NOT NULL,
        idempotency_key text,
        input jsonb NOT NULL,
        PRIMARY KEY (tenant_id, fund_id, version),
        UNIQUE (tenant_id, set_by, idempotency_key)
      )`);
    this.addSql(...enforceTenancy("budget"), ...enforceGrants("budget"));
    this.addSql("REVOKE ALL ON budget FROM PUBLIC, CURRENT_USER");
    this.addSql("GRANT SELECT, INSERT ON budget TO CURRENT_USER");
  }
}

export const budgetsMigration: NamedMigration = {
  name: "analytics-0022-budgets",
  class: CreateBudgets,
};

/** A budget as a person sets it. */
export type BudgetDraft = Omit<BudgetFact, "version" | "setBy" | "setAt">;

export interface SetBudget {
  readonly fact: BudgetFact;
  /** An earlier request with the same key set it. */
  readonly replayed: boolean;
}

/** Most facts of a fund: all of a year are read at a time. */
const MOST_FACTS = 5_000;

type FactRow = Omit<BudgetFact, "amountMinor"> & { readonly amountMinor: string | null };

const COLUMNS = `version, period, category, currency, first::text, last::text, amount_minor::text AS "amountMinor",
  rolls_over AS "rollsOver", set_by AS "setBy", set_at AS "setAt"`;

const toFact = ({ amountMinor, ...row }: FactRow): BudgetFact => ({
  ...row,
  amountMinor: amountMinor === null ? null : BigInt(amountMinor),
});

// Versions of a fund follow one another, so its facts are set one at a time.
const TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('budget ' || $1 || $2, 0))";

const FIND_FUND = `
  SELECT 1 FROM feed_book_position WHERE follower = $1 AND tenant_id = $2 AND fund_id = $3`;

const FIND_KEY = `
  SELECT ${COLUMNS}, input = $4::jsonb AS same FROM budget
  WHERE tenant_id = $1 AND set_by = $2 AND idempotency_key = $3`;

const NEWEST =
  "SELECT coalesce(max(version), 0) AS version FROM budget WHERE tenant_id = $1 AND fund_id = $2";

const INSERT = `
  INSERT INTO budget (tenant_id, fund_id, version, period, category, currency, first, last, amount_minor, rolls_over,
    set_by, set_at, idempotency_key, input)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING ${COLUMNS}`;

export interface BudgetParts {
  readonly pool: Pool;
  /** Takes the events of the audit log; absent where nothing collects them. */
  readonly audit?: ((event: AuditEvent) => void) | undefined;
}

/**
 * Adds a fact. Throws FUND_NOT_FOUND, OPERATION_LIMIT_EXCEEDED when the fund has 5,000 facts, and
 * IDEMPOTENCY_CONFLICT when the key was used for another one.
 */
export async function setBudget(
  { pool, audit }: BudgetParts,
  request: RequestContext,
  { fundId, ...draft }: BudgetDraft & { readonly fundId: string },
  key: string | undefined,
): Promise<SetBudget> {
  const { tenantId, actor, now } = request;
  const amountMinor = draft.amountMinor === null ? null : draft.amountMinor.toString();
  const input = JSON.stringify({ ...draft, fundId, amountMinor });
  const set = await withTransaction(pool, { tenantId }, async (client) => {
    const { rowCount } = await client.query(FIND_FUND, [FOLLOWER_NAME, tenantId, fundId]);
    if (rowCount === 0) throw fundNotFound();
    await client.query(TAKE_TURNS, [tenantId, fundId]);
    const earlier =
      key === undefined ? undefined : await findKey(client, [tenantId, actor, key, input]);
    if (earlier !== undefined) return { fact: earlier, replayed: true };
    const newest = await client.query<{ version: number }>(NEWEST, [tenantId, fundId]);
    const version = (newest.rows[0]?.version ?? 0) + 1;
    if (version > MOST_FACTS)
      throw new AppError(
        "OPERATION_LIMIT_EXCEEDED",
        `Budgets were set ${MOST_FACTS} times already.`,
      );
    const { period, category, currency, first, last, rollsOver } = draft;
    const what = [tenantId, fundId, version, period, category, currency, first, last, amountMinor];
    const values = [...what, rollsOver, actor, now, key ?? null, input];
    const { rows } = await client.query<FactRow>(INSERT, values);
    if (rows[0] === undefined) throw new Error("the budget was not stored");
    return { fact: toFact(rows[0]), replayed: false };
  });
  if (!set.replayed) audit?.(reportOf(request, fundId, set.fact));
  return set;
}

async function findKey(
  client: DatabaseClient,
  parameters: readonly string[],
): Promise<BudgetFact | undefined> {
  const { rows } = await client.query<FactRow & { same: boolean }>(FIND_KEY, [...parameters]);
  if (rows[0] === undefined) return undefined;
  const { same, ...found } = rows[0];
  if (same) return toFact(found);
  throw new AppError(
    "IDEMPOTENCY_CONFLICT",
    "The idempotency key was used for another budget. Choose a new key.",
  );
}

function reportOf(request: RequestContext, fundId: string, fact: BudgetFact): AuditEvent {
  const { version, period, category, currency, first, last, amountMinor, rollsOver } = fact;
  return auditEvent({
    action: "graph.mutation",
    outcome: "ALLOWED",
    caller: request.caller,
    address: request.clientAddress ?? "",
    traceId: request.traceId,
    subject: "Fund.budgets",
    detail: {
      fundId,
      version,
      period,
      category,
      currency,
      first,
      last: last ?? undefined,
      amountMinor: amountMinor?.toString() ?? "none",
      rollsOver: String(rollsOver),
    },
  });
}

const IN_FORCE = `
  SELECT ${COLUMNS} FROM budget
  WHERE tenant_id = $1 AND fund_id = $2 AND first <= $4 AND (last IS NULL OR last >= $3)
  ORDER BY version DESC`;

interface TotalRow extends Omit<MonthTotal, "paidMinor" | "receivedMinor"> {
  readonly paidMinor: string;
  readonly receivedMinor: string;
}

const TOTALS = `
  SELECT date_trunc('month', effective_date)::date::text AS month, part.category, part.currency,
    count(DISTINCT transaction_id)::int AS transactions,
    coalesce(sum(part.minor) FILTER (WHERE part.direction = 'OUT'), 0)::text AS "paidMinor",
    coalesce(sum(part.minor) FILTER (WHERE part.direction = 'IN'), 0)::text AS "receivedMinor"
  FROM ${MOVED_PARTS}
  WHERE tenant_id = $1 AND fund_id = $2 AND m.direction <> 'NONE' AND part.direction <> 'NONE'
    AND effective_date BETWEEN $3 AND $4
  GROUP BY 1, 2, 3`;

/** Budgets of a month or calendar year of a fund beside what was spent. */
export async function readBudgets(
  reads: TenantReads,
  tenantId: string,
  { fundId, period, start }: { fundId: string; period: BudgetPeriod; start: string },
): Promise<BudgetComparison> {
  const year = startOf("YEAR", start);
  const end = period === "MONTH" ? endOfMonth(start) : `${year.slice(0, 4)}-12-31`;
  const facts = await reads.query<FactRow>(IN_FORCE, [tenantId, fundId, year, end]);
  const totals = await reads.query<TotalRow>(TOTALS, [tenantId, fundId, year, end]);
  const moved = totals.rows.map(({ paidMinor, receivedMinor, ...row }) => ({
    ...row,
    paidMinor: BigInt(paidMinor),
    receivedMinor: BigInt(receivedMinor),
  }));
  return compareBudgets({ period, start }, facts.rows.map(toFact), moved);
}

const HISTORY = `
  SELECT ${COLUMNS} FROM budget
  WHERE tenant_id = $1 AND fund_id = $2 AND ($3::int IS NULL OR version < $3)
  ORDER BY version DESC LIMIT $4`;

/** What was set for a fund, the newest first. */
export async function listBudgetFacts(
  reads: TenantReads,
  tenantId: string,
  { fundId, before, limit }: { fundId: string; before: number | null; limit: number },
): Promise<BudgetFact[]> {
  const { rows } = await reads.query<FactRow>(HISTORY, [tenantId, fundId, before, limit]);
  return rows.map(toFact);
}
