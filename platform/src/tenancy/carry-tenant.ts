import type { SqlStatement } from "../database/one-transaction.ts";
import type { DatabaseClient } from "../database/pool.ts";
import { setScope } from "../database/scoped-query.ts";
import { ALL_GRANTED, type Grants } from "@allfunds/contract/caller";
import { grantSetting } from "./grant-setting.ts";

/**
 * Makes each statement that is sent on its own on a connection see this tenant, and only what is granted, until
 * another is set or the connection is released. It is sent with the statement, and costs no round trip.
 */
export function carryTenant(
  client: DatabaseClient,
  tenantId: string,
  grants: Grants = ALL_GRANTED,
): void {
  setScope(client, { tenantId, grants: grantSetting(grants) });
}

const SET_TENANT = "SELECT set_config('app.tenant', $1, true)";

/** The statement that makes the rest of a transaction read and write for a tenant. */
export const setTenant = (tenantId: string): SqlStatement => ({
  text: SET_TENANT,
  values: [tenantId],
});

/** Ends it: for what belongs to no tenant, and for commands that run in transactions of their own only. */
export const dropTenant = (client: DatabaseClient): void => setScope(client, undefined);
