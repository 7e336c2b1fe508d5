import { AsyncLocalStorage } from "node:async_hooks";
import type { EntityManager, MikroORM, Options } from "@mikro-orm/postgresql";
import type { Pool, PoolClient } from "pg";
import { ALL_GRANTED, type Grants } from "@allfunds/contract/caller";
import { connectByUrl } from "../database/pool.ts";
import { guardPool } from "../database/silent-server.ts";
import { carryTenant } from "./carry-tenant.ts";

/** Entities by the names under which reads take them, such as the exports of a module. */
type Entities = Readonly<Record<string, NonNullable<Options["entities"]>[number]>>;

/** The object mapper, always on behalf of one tenant. It reads; what changes is written by SQL. */
export interface TenantOrm<Known = object> {
  as<T>(tenantId: string, read: (em: EntityManager, entities: Known) => Promise<T>): Promise<T>;
}

/** The same before the caller is identified, and what the caller is granted. */
export interface GrantedOrm<Known = object> extends TenantOrm<Known> {
  seeing(grants: Grants): TenantOrm<Known>;
  /** Loads the mapper now; otherwise the first read does, which then takes half a second longer. */
  load(): Promise<void>;
  close(): Promise<void>;
}

interface Caller {
  readonly tenantId: string;
  readonly grants: Grants;
}

const MOST_CONNECTIONS = 5;

/**
 * Opens the object mapper on a database. Neither it nor the entities are loaded before they are needed: they
 * take about 40 MB and half a second of a processor.
 */
export function openOrm<Known extends Entities>(
  url: string,
  loadEntities: () => Promise<Known>,
): GrantedOrm<Known> {
  const callers = new AsyncLocalStorage<Caller>();
  let loading: Promise<Loaded<Known>> | undefined;
  const load = (): Promise<Loaded<Known>> =>
    (loading ??= loadOrm(url, loadEntities, callers).catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
  const seeing = (grants: Grants): TenantOrm<Known> => ({
    as: async (tenantId, read) => {
      const { orm, entities } = await load();
      return callers.run({ tenantId, grants }, () => read(orm.em.fork(), entities));
    },
  });
  return {
    ...seeing(ALL_GRANTED),
    seeing,
    load: async () => void (await load()),
    close: async () => {
      const loaded = await loading;
      await loaded?.orm.close(true);
    },
  };
}

interface Loaded<Known> {
  readonly orm: MikroORM;
  readonly entities: Known;
}

async function loadOrm<Known extends Entities>(
  url: string,
  loadEntities: () => Promise<Known>,
  callers: AsyncLocalStorage<Caller>,
): Promise<Loaded<Known>> {
  const [{ MikroORM: Mapper }, entities] = await Promise.all([
    import("@mikro-orm/postgresql"),
    loadEntities(),
  ]);
  const orm = await Mapper.init({
    clientUrl: url,
    entities: Object.values(entities),
    pool: { min: 0, max: MOST_CONNECTIONS },
    driverOptions: {
      onPoolCreated: (pool: Pool) => {
        connectByUrl(pool, url);
        guardPool(pool, url);
        lendTo(callers, pool);
      },
    },
  });
  return { orm, entities };
}

/** The mapper takes connections by itself; here each is set to its caller before it is lent. */
function lendTo(callers: AsyncLocalStorage<Caller>, pool: Pool): void {
  const connect = pool.connect.bind(pool) as () => Promise<PoolClient>;
  const lend = async (): Promise<PoolClient> => {
    const client = await connect();
    const { tenantId, grants } = callers.getStore() ?? { tenantId: "", grants: [] };
    carryTenant(client, tenantId, grants);
    return client;
  };
  pool.connect = lend as Pool["connect"];
}
