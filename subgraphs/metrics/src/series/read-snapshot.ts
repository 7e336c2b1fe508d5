import { withTransaction } from "@allfunds/platform/database";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";

/** Runs several reads on one state of the database, so that their figures belong together. */
export const readSnapshot = <Result>(
  pool: Pool,
  read: (client: DatabaseClient) => Promise<Result>,
): Promise<Result> =>
  withTransaction(pool, undefined, async (client) => {
    await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    return read(client);
  });
