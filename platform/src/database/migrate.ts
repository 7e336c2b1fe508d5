import { MikroORM } from "@mikro-orm/postgresql";
import { Migration, Migrator } from "@mikro-orm/migrations";
import pg from "pg";
import type { Logger } from "../logging.ts";

export { Migration };

/** A named step of a schema; the name is what the database remembers, so it never changes. */
export interface NamedMigration {
  readonly name: string;
  readonly class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
}

// Any constant: it only has to be the same in every replica of every service.
const MIGRATION_LOCK = 4_712_025;

/**
 * Brings a database to the newest schema. Replicas may call it at the same time: one works, the others wait.
 * Each migration runs in a transaction of its own.
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
    const orm = await MikroORM.init({
      clientUrl: options.url,
      entities: [],
      discovery: { warnWhenNoEntities: false },
      extensions: [Migrator],
      migrations: {
        migrationsList: options.migrations.map(({ name, class: migration }) => ({
          name,
          class: migration,
        })),
        snapshot: false,
        silent: true,
      },
    });
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

/** Starting an ORM to learn that nothing is to be done would slow every start. */
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
