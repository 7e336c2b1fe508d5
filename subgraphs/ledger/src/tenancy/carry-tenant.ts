import type { PoolClient } from "pg";

const carried = new WeakMap<PoolClient, string>();

/** Makes a connection read for this tenant until told otherwise; costs nothing when it did already. */
export async function carryTenant(client: PoolClient, tenantId: string): Promise<void> {
  if (carried.get(client) === tenantId) return;
  await client.query("SELECT set_config('app.tenant', $1, false)", [tenantId]);
  carried.set(client, tenantId);
}
