import type { DatabaseClient } from "@allfunds/platform/database";
import { carryTenant } from "@allfunds/platform/tenancy";

/** Reads between transactions, as one tenant. */
export type ReadAs = () => Promise<DatabaseClient>;

// A history is read in the order of its index. In a table that grows faster than its statistics the
// planner takes any index for as good and sorts; then every batch walks through the whole fund.
const KEEP_ORDER = "SET enable_sort = off";

/** The connection of a follower between its transactions: it shows the rows of one tenant at a time. */
export class TenantConnection {
  #client: DatabaseClient | undefined;

  async set(client: DatabaseClient, tenantId: string): Promise<DatabaseClient> {
    if (client !== this.#client) {
      this.#client = undefined;
      await client.query(KEEP_ORDER);
      this.#client = client;
    }
    await carryTenant(client, tenantId);
    return client;
  }
}
