import type { DatabaseClient } from "@allfunds/platform/database";

/** Reads between transactions, as one tenant. */
export type ReadAs = () => Promise<DatabaseClient>;

// A history is read in the order of its index. In a table that grows faster than its statistics the
// planner takes any index for as good and sorts; then every batch walks through the whole fund.
const SET_TENANT = `
  SELECT set_config('app.tenant', $1, false), set_config('enable_sort', 'off', false)`;

/**
 * The tenant whose rows a follower's connection shows between its transactions. It is set only when it
 * changes: most batches are of the tenant of the batch before.
 */
export class TenantConnection {
  #client: DatabaseClient | undefined;
  #tenantId: string | undefined;

  async set(client: DatabaseClient, tenantId: string): Promise<DatabaseClient> {
    if (client === this.#client && tenantId === this.#tenantId) return client;
    this.#client = undefined;
    await client.query(SET_TENANT, [tenantId]);
    this.#client = client;
    this.#tenantId = tenantId;
    return client;
  }
}
