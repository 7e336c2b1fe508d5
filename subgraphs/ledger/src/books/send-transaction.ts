import type { DatabaseClient, Pool, TenantScope } from "@allfunds/platform";
import { sendPrepared, type HeldStatements } from "./held-statements.ts";

const SET_TENANT = "SELECT set_config('app.tenant', $1, true)";

/**
 * Stores in one transaction what `work` has put into `held`. All of it leaves at once, on a connection
 * that takes statements without waiting for answers; only the commit waits, until `work` is content.
 */
export async function sendTransaction(
  pool: Pool,
  { tenantId }: TenantScope,
  held: HeldStatements,
  work: Promise<void>,
): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on("error", onError);
  try {
    const begun = Promise.all([
      client.query("BEGIN"),
      sendPrepared(client, SET_TENANT, [tenantId]),
    ]);
    held.sendTo(client);
    await Promise.all([work, begun]);
    await client.query("COMMIT");
  } catch (error) {
    broken ??= await rollBack(client);
    throw error;
  } finally {
    client.off("error", onError);
    client.release(broken);
  }
}

/** A failed transaction may leave half-prepared statements behind, so its connection is not used again. */
async function rollBack(client: DatabaseClient): Promise<Error> {
  return client.query("ROLLBACK").then(
    () => new Error("its transaction failed"),
    (error: Error) => error,
  );
}
