import { withTransaction, type Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import { recordManagement } from "../audit/audit-log.ts";
import type { Manager } from "../access/manager.ts";

/** Who in a tenant signs in with two factors: everyone, or those whose roles need them. */
export type SecondFactorPolicy = "EVERYONE" | "BY_ROLE";

/** By role as well in a tenant of another issuer, whose users sign in there. */
export async function readSecondFactorPolicy(
  pool: Pool,
  tenantId: string,
): Promise<SecondFactorPolicy> {
  if (!isId(tenantId)) return "BY_ROLE";
  const { rows } = await withTransaction(pool, { tenantId }, (transaction) =>
    transaction.query<{ everyone: boolean }>(
      "SELECT second_factor_for_all AS everyone FROM tenant WHERE tenant_id = $1",
      [tenantId],
    ),
  );
  return rows[0]?.everyone === true ? "EVERYONE" : "BY_ROLE";
}

/** Sets who signs in with two factors; undefined when there is no such tenant. */
export async function setSecondFactorPolicy(
  pool: Pool,
  manager: Manager,
  policy: SecondFactorPolicy,
): Promise<SecondFactorPolicy | undefined> {
  if (!isId(manager.tenantId)) return undefined;
  return withTransaction(pool, manager, async (transaction) => {
    const { rowCount } = await transaction.query(
      "UPDATE tenant SET second_factor_for_all = $2 WHERE tenant_id = $1",
      [manager.tenantId, policy === "EVERYONE"],
    );
    if (rowCount === 0) return undefined;
    await recordManagement(transaction, manager, "second-factor.require", manager.tenantId, {
      policy,
    });
    return policy;
  });
}
