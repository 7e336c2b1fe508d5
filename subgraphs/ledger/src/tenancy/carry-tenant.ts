import { ALL_FUNDS } from "@allfunds/platform/auth";
import type { PoolClient } from "pg";
import { grantSetting, type FundGrants } from "./fund-grants.ts";

const carried = new WeakMap<PoolClient, string>();

/**
 * Makes a connection read for this tenant, and only of these funds, until it is set to another; costs nothing
 * when it did already.
 */
export async function carryTenant(
  client: PoolClient,
  tenantId: string,
  funds: FundGrants = ALL_FUNDS,
): Promise<void> {
  const granted = grantSetting(funds);
  const scope = `${tenantId} ${granted}`;
  if (carried.get(client) === scope) return;
  await client.query(
    "SELECT set_config('app.tenant', $1, false), set_config('app.funds', $2, false)",
    [tenantId, granted],
  );
  carried.set(client, scope);
}
