import { withTransaction, type DatabaseClient, type Pool } from "@allfunds/platform";

/** Reads all of `work` at one instant, while writing goes on. */
export const atOneInstant = <T>(
  pool: Pool,
  tenantId: string,
  work: (client: DatabaseClient) => Promise<T>,
): Promise<T> =>
  withTransaction(pool, undefined, async (client) => {
    // The level must be set before the first query, so the tenant follows it.
    await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    await client.query("SELECT set_config('app.tenant', $1, true)", [tenantId]);
    return work(client);
  });
