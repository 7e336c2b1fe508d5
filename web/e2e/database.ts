import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@allfunds/embedded-postgres";
import { freePort } from "./processes.ts";

export interface DatabaseServer {
  /** The address of a database, created on first use. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** A PostgreSQL server for one test file. */
export async function startDatabaseServer(): Promise<DatabaseServer> {
  const home = await mkdtemp(join(tmpdir(), "web-e2e-"));
  // PostgreSQL's own account must be able to reach its directory inside.
  await chmod(home, 0o711);
  const server = await startEmbeddedPostgres({
    dataDir: join(home, "postgres"),
    port: await freePort(),
    log: () => undefined,
    settings: { fsync: "off", full_page_writes: "off" },
  });
  return {
    database: async (name) => {
      await server.ensureDatabase(name);
      return server.url(name);
    },
    stop: async () => {
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
