import type { DatabaseClient } from "@allfunds/platform/database";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { CategoryRule } from "./category-rule.ts";

/** Most rules of a tenant: each new transaction is held against all of them. */
export const MOST_RULES = 200;

export interface ListedRule extends CategoryRule {
  /** Transactions that have a decision of it. */
  readonly applied: number;
}

const COLUMNS = `r.rule_id AS "ruleId", r.name, r.rank, r.enabled, r.fund_id AS "fundId", r.category,
  r.conditions, r.from_positions AS "fromPositions", r.made_by AS "madeBy", r.made_at AS "madeAt"`;

const LIST = `
  SELECT ${COLUMNS}, (SELECT count(*)::int FROM category_decision d
    WHERE d.tenant_id = r.tenant_id AND d.rule_ids @> ARRAY[r.rule_id]) AS applied
  FROM category_rule r WHERE r.tenant_id = $1 ORDER BY r.rank, r.rule_id`;

/** The rules that a caller may see, in the order in which they decide. */
export async function listRules(reads: TenantReads, tenantId: string): Promise<ListedRule[]> {
  const { rows } = await reads.query<ListedRule>(LIST, [tenantId]);
  return rows;
}

const LOAD = `SELECT ${COLUMNS} FROM category_rule r WHERE r.tenant_id = $1 ORDER BY r.rank, r.rule_id`;

/** Every rule of a tenant, within a transaction or on a connection of it. */
export async function loadRules(client: DatabaseClient, tenantId: string): Promise<CategoryRule[]> {
  const { rows } = await client.query<CategoryRule>(LOAD, [tenantId]);
  return rows;
}

const SAVE = `
  INSERT INTO category_rule (tenant_id, rule_id, name, rank, enabled, fund_id, category, conditions,
    from_positions, made_by, made_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (tenant_id, rule_id) DO UPDATE SET
    (name, rank, enabled, fund_id, category, conditions, from_positions) =
    (excluded.name, excluded.rank, excluded.enabled, excluded.fund_id, excluded.category,
     excluded.conditions, excluded.from_positions)`;

/** Stores a rule, or its new form. */
export async function saveRule(
  client: DatabaseClient,
  tenantId: string,
  rule: CategoryRule,
): Promise<void> {
  const { ruleId, name, rank, enabled, fundId, category, conditions, fromPositions } = rule;
  await client.query(SAVE, [
    tenantId,
    ruleId,
    name,
    rank,
    enabled,
    fundId,
    category,
    JSON.stringify(conditions),
    JSON.stringify(fromPositions),
    rule.madeBy,
    rule.madeAt,
  ]);
}

const DELETE = "DELETE FROM category_rule WHERE tenant_id = $1 AND rule_id = $2";

export async function deleteRule(
  client: DatabaseClient,
  tenantId: string,
  ruleId: string,
): Promise<void> {
  await client.query(DELETE, [tenantId, ruleId]);
}
