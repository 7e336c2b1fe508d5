import type { DatabaseClient, SqlStatement } from "@allfunds/platform/database";

// The follower moves this row first, so it waits until the new rule is there, or the rule for the follower.
const LOCK_BOOKS = `
  SELECT fund_id AS "fundId", position::int FROM feed_book_position
  WHERE follower = $1 AND tenant_id = $2 AND ($3::uuid IS NULL OR fund_id = $3)
  ORDER BY fund_id FOR UPDATE`;

const RAISE = `
  INSERT INTO category_rules (tenant_id, version) VALUES ($1, 1)
  ON CONFLICT (tenant_id) DO UPDATE SET version = category_rules.version + 1`;

/**
 * Begins a change of a tenant's rules: the feed stands still until the transaction ends, and judges what
 * comes behind the returned positions by the new rules.
 */
export async function beginRuleChange(
  client: DatabaseClient,
  { tenantId, follower, fundId }: { tenantId: string; follower: string; fundId: string | null },
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ fundId: string; position: number }>(LOCK_BOOKS, [
    follower,
    tenantId,
    fundId,
  ]);
  await client.query(RAISE, [tenantId]);
  return new Map(rows.map(({ fundId: id, position }) => [id, position]));
}

const REQUIRE = `
  SELECT 1 / (coalesce((SELECT version FROM category_rules WHERE tenant_id = $1), 0) = $2::bigint)::int`;

/** The statement that fails a batch whose rules have changed since they were read; it is then judged again. */
export const requireRulesVersion = (tenantId: string, version: number): SqlStatement => ({
  text: REQUIRE,
  values: [tenantId, String(version)],
});
