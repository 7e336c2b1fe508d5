import { randomBytes } from "node:crypto";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Client } from "pg";
import type { Settings } from "./settings.ts";
import { startTemporaryPostgres } from "./temporary.ts";

const SETTINGS: Settings = {
  max_connections: "300",
  // The data does not outlive the run, so writes need not reach the disk.
  fsync: "off",
  full_page_writes: "off",
  // A worker would visit each of hundreds of small databases every minute.
  autovacuum: "off",
  // Every test file has a database or more, copied from a template: the system copies cheaper than the server.
  ...(process.platform === "win32" ? {} : { file_copy_method: "clone" }),
  // The passwords protect nothing here, and a client computes each iteration for each connection.
  scram_iterations: "1",
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

const MEMORY_FILES = "/dev/shm";
/** Hundreds of small databases come and go; a few are there at a time, and the log. */
const FREE_BYTES = 6e9;

/** In memory where the system has plenty of it for files: to make and to drop a database is to make and to drop hundreds. */
async function directoryForServer(): Promise<string> {
  const found = await statfs(MEMORY_FILES).catch(() => undefined);
  const hasSpace = found !== undefined && found.bavail * found.bsize > FREE_BYTES;
  return hasSpace ? MEMORY_FILES : tmpdir();
}

async function startServer(): Promise<() => Promise<void>> {
  const parent = await directoryForServer();
  const server = await startTemporaryPostgres({ settings: SETTINGS, parent });
  await onServer(server.administratorUrl("postgres"), async (client) => {
    await client.query("ALTER ROLE allfunds CREATEDB");
  });
  process.env["TEST_POSTGRES_URL"] = server.url("postgres");
  process.env["TEST_POSTGRES_ADMIN_URL"] = server.administratorUrl("postgres");
  return async () => {
    delete process.env["TEST_POSTGRES_URL"];
    delete process.env["TEST_POSTGRES_ADMIN_URL"];
    await server.stop();
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
