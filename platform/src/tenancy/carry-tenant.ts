import type { SqlStatement } from "../database/one-transaction.ts";
import type { DatabaseClient } from "../database/pool.ts";
import { ALL_FUNDS } from "../caller.ts";
import { grantSetting, type FundGrants } from "./fund-grants.ts";

const carried = new WeakMap<DatabaseClient, string>();

/**
 * Makes a connection read for this tenant, and only of these funds, until it is set to another; costs nothing
 * when it did already. No other code may set the tenant of the connection, except within a transaction.
 */
export async function carryTenant(
  client: DatabaseClient,
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

const SET_TENANT = "SELECT set_config('app.tenant', $1, true)";

/** The statement that makes the rest of a transaction read and write for a tenant. */
export const setTenant = (tenantId: string): SqlStatement => ({
  text: SET_TENANT,
  values: [tenantId],
});
