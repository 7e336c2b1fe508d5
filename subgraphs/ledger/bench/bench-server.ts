import { migrate } from "@allfunds/platform/database";
import { createLogger } from "@allfunds/platform/logging";
import { startTemporaryPostgres } from "@allfunds/embedded-postgres";
import pg from "pg";
import { MIGRATIONS } from "../src/migrations/index.ts";

export const quiet = createLogger("bench", "error");

/** The PostgreSQL both sides of the comparison run on, durable as in production. */
export interface BenchServer {
  readonly pid: number;
  readonly ledgerUrl: string;
  /** For pgbench's own tables. */
  readonly yardstickUrl: string;
  /** Every run starts right after one, so that each pays for its own page images. */
  checkpoint(): Promise<void>;
  /** Statistics of tables that were filled within seconds, which the autovacuum has not seen yet. */
  analyze(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBenchServer(): Promise<BenchServer> {
  const server = await startTemporaryPostgres({
    settings: { shared_buffers: "1GB", max_wal_size: "8GB" },
  });
  for (const database of ["ledger", "yardstick"]) await server.ensureDatabase(database);
  await migrate({ url: server.url("ledger"), migrations: MIGRATIONS, logger: quiet });
  const run = async (database: string, sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server.administratorUrl(database) });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  return {
    pid: server.pid,
    ledgerUrl: server.url("ledger"),
    yardstickUrl: server.url("yardstick"),
    checkpoint: () => run("postgres", "CHECKPOINT"),
    analyze: () => run("ledger", "VACUUM ANALYZE"),
    stop: async () => {
      await server.stop();
    },
  };
}
