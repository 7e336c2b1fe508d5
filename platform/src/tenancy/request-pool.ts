import type { PoolClient } from "pg";
import { grantsOf } from "@allfunds/contract/caller";
import { currentContext } from "../context.ts";
import type { Pool } from "../database/pool.ts";
import { carryTenant } from "./carry-tenant.ts";

/**
 * Makes every connection of a pool read for the tenant of the request in whose course it is lent, and only what
 * its caller is granted; without a request it shows no rows. The pool belongs to such reads
 * alone: a connection lent elsewhere would keep its tenant.
 */
export function forRequests(pool: Pool): Pool {
  const connect = pool.connect.bind(pool) as () => Promise<PoolClient>;
  const lend = async (): Promise<PoolClient> => {
    const client = await connect();
    const context = currentContext();
    carryTenant(client, context?.tenantId ?? "", context === undefined ? [] : grantsOf(context));
    return client;
  };
  const query = async (text: string, values?: unknown[]): Promise<unknown> => {
    const client = await lend();
    let failure: Error | undefined;
    try {
      return await client.query(text, values);
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      client.release(failure);
    }
  };
  pool.connect = lend as Pool["connect"];
  pool.query = query as unknown as Pool["query"];
  return pool;
}
