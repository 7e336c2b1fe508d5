import pg from "pg";
import type { Logger } from "../logging.ts";
import type { NamedMigration } from "./migration.ts";

// An arbitrary constant, the same in every replica of every service.
const MIGRATION_LOCK = 4_712_025;

/**
 * Applies the migrations a database lacks, each in its own transaction. Replicas may call it at the same
 * time: one works and the others wait.
 */
export async function migrate(options: {
  readonly url: string;
  readonly migrations: readonly NamedMigration[];
  readonly logger: Logger;
}): Promise<void> {
  const lock = new pg.Client({ connectionString: options.url });
  await lock.connect();
  try {
    await lock.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    if (await isUpToDate(lock, options.migrations)) return;
    const orm = await startOrm(options.url, options.migrations);
    try {
      const applied = await orm.migrator.up();
      options.logger.info({ applied: applied.map(({ name }) => name) }, "database migrated");
    } finally {
      await orm.close(true);
    }
  } finally {
    await lock.end();
  }
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
  return migrations.every(({ name }) => applied.has(name));
}
