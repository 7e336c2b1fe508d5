import type { SqlStatement } from "../database/one-transaction.ts";
import type { DatabaseClient } from "../database/pool.ts";
import { setScope } from "../database/scoped-query.ts";
import { ALL_FUNDS } from "../caller.ts";
import { grantSetting, type FundGrants } from "./fund-grants.ts";

/**
 * Makes each statement that is sent on its own on a connection see this tenant, and only these funds, until
 * another is set or the connection is released. It is sent with the statement, and costs no round trip.
 */
export function carryTenant(
  client: DatabaseClient,
  tenantId: string,
  funds: FundGrants = ALL_FUNDS,
): void {
  setScope(client, { tenantId, funds: grantSetting(funds) });
}

const SET_TENANT = "SELECT set_config('app.tenant', $1, true)";

/** The statement that makes the rest of a transaction read and write for a tenant. */
export const setTenant = (tenantId: string): SqlStatement => ({
  text: SET_TENANT,
  values: [tenantId],
});
