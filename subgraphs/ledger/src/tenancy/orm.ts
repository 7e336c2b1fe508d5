import { AsyncLocalStorage } from "node:async_hooks";
import { MikroORM, type EntityManager, type Options } from "@mikro-orm/postgresql";
import type { Pool, PoolClient } from "pg";
import { ALL_FUNDS } from "@allfunds/platform/auth";
import { carryTenant } from "./carry-tenant.ts";
import type { FundGrants } from "./fund-grants.ts";

/** The object mapper, always on behalf of one tenant; what moves money goes through the books. */
export interface TenantOrm {
  as<T>(tenantId: string, work: (em: EntityManager) => Promise<T>): Promise<T>;
}

/** The same before the caller is identified, and the funds that the caller may see. */
export interface GrantedOrm extends TenantOrm {
  seeing(funds: FundGrants): TenantOrm;
  close(): Promise<void>;
}

interface Caller {
  readonly tenantId: string;
  readonly funds: FundGrants;
}

type Entities = NonNullable<Options["entities"]>;

export async function openOrm(url: string, entities: Entities): Promise<GrantedOrm> {
  const callers = new AsyncLocalStorage<Caller>();
  const orm = await MikroORM.init({
    clientUrl: url,
    entities,
    pool: { min: 0, max: 5 },
    driverOptions: { onPoolCreated: (pool: Pool) => lendTo(callers, pool) },
  });
  const seeing = (funds: FundGrants): TenantOrm => ({
    as: (tenantId, work) => callers.run({ tenantId, funds }, () => work(orm.em.fork())),
  });
  return {
    ...seeing(ALL_FUNDS),
    seeing,
    close: () => orm.close(true),
  };
}

/** The mapper takes connections by itself; here each is set to its caller before it is lent. */
function lendTo(callers: AsyncLocalStorage<Caller>, pool: Pool): void {
  const connect = pool.connect.bind(pool) as () => Promise<PoolClient>;
  const lend = async (): Promise<PoolClient> => {
    const client = await connect();
    try {
      const { tenantId, funds } = callers.getStore() ?? { tenantId: "", funds: [] };
      await carryTenant(client, tenantId, funds);
      return client;
    } catch (error) {
      client.release(error as Error);
      throw error;
    }
  };
  pool.connect = lend as Pool["connect"];
}
