import { mkdtemp, chmod, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { freePort } from "./free-port.ts";
import { startEmbeddedPostgres } from "./index.ts";

/**
 * Starts one disposable server per test run. Set TEST_POSTGRES_URL to use an existing server, and
 * TEST_POSTGRES_ADMIN_URL for its superuser.
 */
export async function setup(): Promise<(() => Promise<void>) | void> {
  if (process.env["TEST_POSTGRES_URL"]) return;
  const home = await mkdtemp(join(tmpdir(), "allfunds-test-"));
  // The server's account must be able to traverse it; the data directory inside stays private.
  await chmod(home, 0o711);
  const server = await startEmbeddedPostgres({
    dataDir: join(home, "postgres"),
    port: await freePort(),
    log: () => undefined,
    // The data does not outlive the run, so writes need not reach the disk.
    settings: { fsync: "off", full_page_writes: "off", max_connections: "200" },
  });
  await allowCreatingDatabases(server.administratorUrl("postgres"));
  process.env["TEST_POSTGRES_URL"] = server.url("postgres");
  process.env["TEST_POSTGRES_ADMIN_URL"] = server.administratorUrl("postgres");
  return async () => {
    delete process.env["TEST_POSTGRES_URL"];
    delete process.env["TEST_POSTGRES_ADMIN_URL"];
    await server.stop();
    await rm(home, { recursive: true, force: true });
  };
}

async function allowCreatingDatabases(administratorUrl: string): Promise<void> {
  const client = new Client({ connectionString: administratorUrl });
  await client.connect();
  await client.query("ALTER ROLE allfunds CREATEDB");
  await client.end();
}
