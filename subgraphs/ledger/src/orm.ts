import { AsyncLocalStorage } from "node:async_hooks";
import { MikroORM, type EntityManager } from "@mikro-orm/postgresql";
import type { Pool, PoolClient } from "pg";
import { AccountEntity } from "./accounts/account-entity.ts";
import { FundEntity } from "./funds/fund-entity.ts";
import { StatementImportEntity } from "./statements/statement-import-entity.ts";
import { carryTenant } from "./tenancy/carry-tenant.ts";

/** The object mapper, always on behalf of one tenant; what moves money goes through the books. */
export interface TenantOrm {
  as<T>(tenantId: string, work: (em: EntityManager) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export async function openOrm(url: string): Promise<TenantOrm> {
  const tenant = new AsyncLocalStorage<string>();
  const orm = await MikroORM.init({
    clientUrl: url,
    entities: [FundEntity, AccountEntity, StatementImportEntity],
    pool: { min: 0, max: 5 },
    driverOptions: { onPoolCreated: (pool: Pool) => lendTo(tenant, pool) },
  });
  return {
    as: (tenantId, work) => tenant.run(tenantId, () => work(orm.em.fork())),
    close: () => orm.close(true),
  };
}

/** The mapper takes connections by itself; here each learns for whom before it is lent. */
function lendTo(tenant: AsyncLocalStorage<string>, pool: Pool): void {
  const connect = pool.connect.bind(pool) as () => Promise<PoolClient>;
  const lend = async (): Promise<PoolClient> => {
    const client = await connect();
    try {
      await carryTenant(client, tenant.getStore() ?? "");
      return client;
    } catch (error) {
      client.release(error as Error);
      throw error;
    }
  };
  pool.connect = lend as Pool["connect"];
}
