import type { DatabaseClient } from "@allfunds/platform/database";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { CashDirection } from "../classification/features.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";

/** Who was paid or paid, in one fund and direction. */
interface Payee {
  readonly fundId: string;
  readonly payeeKey: string;
  readonly direction: CashDirection;
}

/** "All of this payee", learned from what a person applied: the category of present and future transactions. */
export interface PayeeRule extends Payee {
  readonly ruleId: string;
  /** The payee's name as the transaction had it. */
  readonly payeeName: string;
  readonly category: CategoryCode;
  /** Book position of the fund when it was made: what came later is the feed's to decide. */
  readonly fromPosition: number;
  readonly madeBy: string;
  readonly madeAt: Date;
}

export interface ListedPayeeRule extends PayeeRule {
  /** Transactions that have their category from it. */
  readonly applied: number;
}

const COLUMNS = `r.rule_id AS "ruleId", r.fund_id AS "fundId", r.payee_key AS "payeeKey", r.direction,
  r.payee_name AS "payeeName", r.category, r.from_position::int AS "fromPosition",
  r.made_by AS "madeBy", r.made_at AS "madeAt"`;

const LIST = `
  SELECT ${COLUMNS}, (SELECT count(*)::int FROM category_decision d
    WHERE d.tenant_id = r.tenant_id AND d.rule_ids @> ARRAY[r.rule_id]) AS applied
  FROM payee_rule r
  WHERE r.tenant_id = $1 AND r.fund_id = $2 AND r.deleted_at IS NULL
    AND ($3::uuid IS NULL OR r.rule_id < $3)
  ORDER BY r.rule_id DESC LIMIT $4`;

/** The rules of a fund, newest first, with how often each applied. */
export async function listPayeeRules(
  reads: TenantReads,
  tenantId: string,
  page: { readonly fundId: string; readonly afterId: string | null; readonly limit: number },
): Promise<ListedPayeeRule[]> {
  const { fundId, afterId, limit } = page;
  const { rows } = await reads.query<ListedPayeeRule>(LIST, [tenantId, fundId, afterId, limit]);
  return rows;
}

const IN_FORCE = `SELECT ${COLUMNS} FROM payee_rule r WHERE r.tenant_id = $1 AND r.deleted_at IS NULL`;

/** Every rule of a tenant that new transactions are held against. */
export async function loadPayeeRules(
  client: DatabaseClient,
  tenantId: string,
): Promise<PayeeRule[]> {
  const { rows } = await client.query<PayeeRule>(IN_FORCE, [tenantId]);
  return rows;
}

const REPLACE = `
  UPDATE payee_rule SET deleted_at = $5, replaced_by = $6
  WHERE tenant_id = $1 AND fund_id = $2 AND payee_key = $3 AND direction = $4 AND deleted_at IS NULL`;

const INSERT = `
  INSERT INTO payee_rule (tenant_id, rule_id, fund_id, payee_key, direction, payee_name, category,
    from_position, made_by, made_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

/** Stores a rule instead of an earlier one for the same payee. */
export async function savePayeeRule(
  client: DatabaseClient,
  tenantId: string,
  rule: PayeeRule,
): Promise<void> {
  const { ruleId, fundId, payeeKey, direction, payeeName, category, fromPosition } = rule;
  await client.query(REPLACE, [tenantId, fundId, payeeKey, direction, rule.madeAt, ruleId]);
  await client.query(INSERT, [
    tenantId,
    ruleId,
    fundId,
    payeeKey,
    direction,
    payeeName,
    category,
    fromPosition,
    rule.madeBy,
    rule.madeAt,
  ]);
}

const END = `
  UPDATE payee_rule SET deleted_at = $3
  WHERE tenant_id = $1 AND rule_id = $2 AND deleted_at IS NULL RETURNING fund_id AS "fundId"`;

/** Ends a rule for later transactions; undefined when there is none in force. */
export async function endPayeeRule(
  client: DatabaseClient,
  tenantId: string,
  ruleId: string,
  at: Date,
): Promise<{ readonly fundId: string } | undefined> {
  const { rows } = await client.query<{ fundId: string }>(END, [tenantId, ruleId, at]);
  return rows[0];
}

// What was posted meanwhile is decided already.
const RESTORE = `
  UPDATE payee_rule SET deleted_at = NULL, replaced_by = NULL, from_position = $3
  WHERE tenant_id = $1 AND replaced_by = $2`;

/** Brings back the rule that another one replaced, for what is posted from now on. */
export async function restoreReplaced(
  client: DatabaseClient,
  tenantId: string,
  { ruleId, fromPosition }: Pick<PayeeRule, "ruleId" | "fromPosition">,
): Promise<void> {
  await client.query(RESTORE, [tenantId, ruleId, fromPosition]);
}

const FIND_FUND = `SELECT fund_id AS "fundId" FROM payee_rule WHERE tenant_id = $1 AND rule_id = $2`;

/** The fund of a rule, in force or not. */
export async function fundOfRule(
  client: DatabaseClient,
  tenantId: string,
  ruleId: string,
): Promise<string | undefined> {
  const { rows } = await client.query<{ fundId: string }>(FIND_FUND, [tenantId, ruleId]);
  return rows[0]?.fundId;
}
