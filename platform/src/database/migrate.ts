import { setTimeout as sleep } from "node:timers/promises";
import type { MikroORM } from "@mikro-orm/postgresql";
import pg from "pg";
import type { Logger } from "../logging.ts";
import { buildIndexes, indexesOf } from "./build-indexes.ts";
import { isExpansion, type NamedMigration } from "./migration.ts";
import { connectByUrl } from "./pool.ts";
import { pinSettings } from "./session-settings.ts";
import { refuseUnfit, UnfitDatabase } from "./unfit-database.ts";

/** A lock that a migration waits for makes every statement behind it wait, so it gives way and comes again. */
const LOCK_TIMEOUT_MS = 3_000;
const LOCK_ATTEMPTS = 20;
const LOCK_POLL_MS = 100;
const LOCK_NOT_AVAILABLE = "55P03";

// An arbitrary constant, the same in every replica of every service.
const MIGRATION_LOCK = 4_712_025;

/**
 * Applies the migrations a database lacks in one transaction, and indexes on tables with data outside of it. Replicas
 * may call it at the same time: one works and the others wait. Throws UnfitDatabase when the database was migrated by a
 * newer version in a way that this one cannot work with,
 * when its tables would be in another schema, and when the URL leads through a pooler that mixes sessions.
 */
export async function migrate(options: {
  readonly url: string;
  readonly migrations: readonly NamedMigration[];
  readonly logger: Logger;
}): Promise<void> {
  const lock = new pg.Client({ connectionString: options.url });
  await lock.connect();
  try {
    await refuseUnfit(lock, options.url);
    await pinSettings(lock, options.url);
    await takeLock(lock);
    if (await isUpToDate(lock, options.migrations)) return;
    const orm = await startOrm(options.url, options.migrations);
    try {
      const applied = await applyAll({ orm, lock, ...options });
      options.logger.info({ applied }, "database migrated");
    } finally {
      await orm.close(true);
    }
  } finally {
    await lock.end();
  }
}

/** Waits without a statement that runs: an index that is built waits for every one that began before. */
async function takeLock(lock: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await lock.query<{ taken: boolean }>(
      "SELECT pg_try_advisory_lock($1) AS taken",
      [MIGRATION_LOCK],
    );
    if (rows[0]?.taken === true) return;
    await sleep(LOCK_POLL_MS);
  }
}

interface Work {
  readonly orm: MikroORM;
  readonly lock: pg.Client;
  readonly migrations: readonly NamedMigration[];
  readonly logger: Logger;
}

/** Applies what the database lacks in order: indexes on their own, what is between them in one transaction. */
async function applyAll({ orm, lock, migrations, logger }: Work): Promise<string[]> {
  const executed = new Set((await orm.migrator.getExecuted()).map(({ name }) => name));
  const pending = migrations.filter(({ name }) => !executed.has(name));
  let others: string[] = [];
  const applyOthers = async (): Promise<void> => {
    if (others.length > 0) await applyTransaction(orm, others, logger);
    others = [];
  };
  for (const migration of pending) {
    const indexes = executed.size === 0 ? undefined : indexesOf(migration);
    if (indexes === undefined) {
      others.push(migration.name);
      continue;
    }
    await applyOthers();
    await buildIndexes(lock, indexes);
    await lock.query("INSERT INTO mikro_orm_migrations (name) VALUES ($1)", [migration.name]);
  }
  await applyOthers();
  return pending.map(({ name }) => name);
}

/** Comes again where a lock was not free in time. */
async function applyTransaction(
  orm: MikroORM,
  migrations: string[],
  logger: Logger,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await orm.migrator.up({ migrations });
      return;
    } catch (error) {
      if (codeOf(error) !== LOCK_NOT_AVAILABLE || attempt === LOCK_ATTEMPTS) throw error;
      logger.warn({ attempt }, "a migration waits for a lock that others hold, and comes again");
      await sleep(250 * attempt);
    }
  }
}

/** The mapper wraps the driver's errors. */
function codeOf(error: unknown): string | undefined {
  const { code, cause } = error as { readonly code?: string; readonly cause?: unknown };
  return code ?? (cause === undefined || cause === null ? undefined : codeOf(cause));
}

/** Loads the ORM only for pending migrations; most starts have none. */
async function startOrm(url: string, migrations: readonly NamedMigration[]) {
  const [{ MikroORM }, { Migration, Migrator }] = await Promise.all([
    import("@mikro-orm/postgresql"),
    import("@mikro-orm/migrations"),
  ]);
  return MikroORM.init({
    clientUrl: url,
    entities: [],
    discovery: { warnWhenNoEntities: false },
    driverOptions: {
      onPoolCreated: (pool: pg.Pool) => {
        const limits = { lock_timeout: String(LOCK_TIMEOUT_MS) };
        connectByUrl(pool, url);
        Object.assign(pool.options, {
          onConnect: (client: pg.PoolClient) => pinSettings(client, url, limits),
        });
      },
    },
    extensions: [Migrator],
    migrations: {
      migrationsList: migrations.map(({ name, class: Steps }) => ({
        name,
        class: class extends Migration {
          override up(): void {
            for (const statement of new Steps().statements()) this.addSql(statement);
          }
        },
      })),
      snapshot: false,
      silent: true,
    },
  });
}

/** Checks without the ORM, whose initialisation would slow every start. */
async function isUpToDate(
  client: pg.Client,
  migrations: readonly NamedMigration[],
): Promise<boolean> {
  const { rows: tables } = await client.query<{ found: string | null }>(
    "SELECT to_regclass('mikro_orm_migrations')::text AS found",
  );
  if ((tables[0]?.found ?? null) === null) return false;
  const { rows } = await client.query<{ name: string }>("SELECT name FROM mikro_orm_migrations");
  const applied = new Set(rows.map(({ name }) => name));
  const own = new Set(migrations.map(({ name }) => name));
  const foreign = [...applied].find((name) => !own.has(name) && !isExpansion(name));
  if (foreign !== undefined) {
    throw new UnfitDatabase(
      `the database has migration ${foreign}, which this version does not know; start the version that made it`,
    );
  }
  return migrations.every(({ name }) => applied.has(name));
}
