import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createPool, type Pool } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import type { RunningSystem } from "./running-system.ts";

const COPY = "ledger_backup";

/** Backup and restore of the running system's ledger database, by the server's administrator. */
export class LedgerBackup {
  readonly #administrator: Pool;

  private constructor(administrator: Pool) {
    this.#administrator = administrator;
  }

  /** Copies the database as it is now; the ledger's connections are cut, and come back. */
  static async take(system: RunningSystem): Promise<LedgerBackup> {
    const file = join(system.dataDir, "postgres.passwords.json");
    const passwords = JSON.parse(await readFile(file, "utf8")) as { administrator: string };
    const port = 5442 + system.offset;
    const url = `postgres://postgres:${encodeURIComponent(passwords.administrator)}@127.0.0.1:${port}/postgres`;
    const pool = createPool({ url, logger: createLogger("e2e", "silent"), max: 1 });
    const backup = new LedgerBackup(pool);
    await backup.#alone("ledger", `CREATE DATABASE ${COPY} TEMPLATE ledger OWNER allfunds`);
    return backup;
  }

  /** Puts the copy in the place of the database, with whatever was written since lost. */
  async restore(): Promise<void> {
    await this.#alone("ledger", "ALTER DATABASE ledger RENAME TO ledger_lost");
    await this.#administrator.query(`ALTER DATABASE ${COPY} RENAME TO ledger`);
  }

  async end(): Promise<void> {
    await this.#administrator.end();
  }

  /** Runs an SQL statement while no client is connected to a database that services reconnect to. */
  async #alone(database: string, statement: string): Promise<void> {
    const pool = this.#administrator;
    await pool.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`);
    await pool.query(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1",
      [database],
    );
    await pool.query(statement);
    const isHere = await pool.query("SELECT FROM pg_database WHERE datname = $1", [database]);
    if (isHere.rowCount === 1)
      await pool.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`);
  }
}
