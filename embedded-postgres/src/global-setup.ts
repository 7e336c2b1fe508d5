import { randomBytes } from "node:crypto";
import { mkdtemp, chmod, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { freePort } from "./free-port.ts";
import { startEmbeddedPostgres } from "./index.ts";
import type { Settings } from "./settings.ts";

const SETTINGS: Settings = {
  max_connections: "200",
  // The data does not outlive the run, so writes need not reach the disk.
  fsync: "off",
  full_page_writes: "off",
  // A worker would visit each of hundreds of small databases every minute.
  autovacuum: "off",
};

/**
 * Starts one disposable server per test run. Set TEST_POSTGRES_URL to use an existing server, and
 * TEST_POSTGRES_ADMIN_URL for its superuser.
 */
export async function setup(): Promise<(() => Promise<void>) | void> {
  // Of two projects of one run, the first sets it up for both.
  if (process.env["TEST_POSTGRES_TEMPLATES"]) return;
  const templates = `test_template_${randomBytes(4).toString("hex")}`;
  process.env["TEST_POSTGRES_TEMPLATES"] = templates;
  const given = process.env["TEST_POSTGRES_URL"];
  const end = given ? () => dropTemplates(given, templates) : await startServer();
  return async () => {
    delete process.env["TEST_POSTGRES_TEMPLATES"];
    await end();
  };
}

async function startServer(): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), "allfunds-test-"));
  // The server's account must be able to traverse it; the data directory inside stays private.
  await chmod(home, 0o711);
  const server = await startEmbeddedPostgres({
    dataDir: join(home, "postgres"),
    port: await freePort(),
    log: () => undefined,
    settings: SETTINGS,
  });
  await onServer(server.administratorUrl("postgres"), async (client) => {
    await client.query("ALTER ROLE allfunds CREATEDB");
  });
  process.env["TEST_POSTGRES_URL"] = server.url("postgres");
  process.env["TEST_POSTGRES_ADMIN_URL"] = server.administratorUrl("postgres");
  return async () => {
    delete process.env["TEST_POSTGRES_URL"];
    delete process.env["TEST_POSTGRES_ADMIN_URL"];
    await server.stop();
    await rm(home, { recursive: true, force: true });
  };
}

/** A server that outlives the run keeps nothing of it. */
const dropTemplates = (url: string, templates: string): Promise<void> =>
  onServer(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE starts_with(datname, $1)",
      [templates],
    );
    for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  });

async function onServer(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
