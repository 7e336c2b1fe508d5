import { parseArgs } from "node:util";
import { migrate } from "../database/migrate.ts";
import type { NamedMigration } from "../database/migration.ts";
import { createPool, type Pool } from "../database/pool.ts";
import { createLogger } from "../logging.ts";

export interface MigrateCommand {
  readonly service: string;
  readonly databaseUrl: string;
  /** The schema's migrations; a function when they depend on the database. */
  readonly migrations:
    | readonly NamedMigration[]
    | ((pool: Pool) => Promise<readonly NamedMigration[]>);
  /** Creates the job queue's tables, where the service has jobs. */
  readonly installQueue?: (pool: Pool) => Promise<void>;
}

/**
 * Runs a service's `migrate` command. Without arguments it brings the schema up to date, which the service does
 * at its start as well. Names as arguments apply those migrations and no others, for a restore;
 * with `--check` it only reports names that this version lacks, and ends with code 1.
 */
export async function runMigrate(command: MigrateCommand): Promise<void> {
  const { values, positionals: names } = parseArgs({
    options: { check: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const { service, databaseUrl: url, migrations } = command;
  const logger = createLogger(service, "warn");
  const pool = createPool({ url, logger, max: 2 });
  try {
    const known = typeof migrations === "function" ? await migrations(pool) : migrations;
    const missing = names.filter((name) => !known.some((one) => one.name === name));
    if (missing.length > 0) {
      process.stderr.write(`This version of ${service} lacks: ${missing.join(", ")}.\n`);
      process.exitCode = 1;
      return;
    }
    if (values.check) return;
    const chosen = names.length === 0 ? known : known.filter(({ name }) => names.includes(name));
    await migrate({ url, migrations: chosen, logger });
    await command.installQueue?.(pool);
  } finally {
    await pool.end();
  }
}
