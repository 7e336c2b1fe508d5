import { randomUUID } from "node:crypto";
import { Client, Pool } from "pg";

/** A database for one test; `drop` removes it. */
export interface TestDatabase {
  url: string;
  /** The address of the same database for the superuser. */
  administratorUrl(): string;
  pool: Pool;
  /** Runs SQL statements as the superuser, to whom triggers and row-level policies do not apply. */
  asSuperuser(...statements: string[]): Promise<void>;
  /** Takes a backup; this closes all connections to the database. */
  backUp(): Promise<DatabaseBackup>;
  drop(): Promise<void>;
}

interface DatabaseBackup {
  /** Replaces the database with the backup; this closes all connections to it. */
  restore(): Promise<void>;
}

/** What several test databases begin with. It is made once for a test run, then copied. */
export interface DatabaseTemplate {
  /** A name of the template's own, of characters that need no quotes. */
  readonly name: string;
  /** Fills the empty database at this address, and closes its connections to it. */
  readonly prepare: (url: string) => Promise<void>;
}

/** Creates a database on the test run's server, empty without a template; its role is no superuser. */
export async function createTestDatabase(template?: DatabaseTemplate): Promise<TestDatabase> {
  const server = process.env["TEST_POSTGRES_URL"];
  if (!server) throw new Error("TEST_POSTGRES_URL is not set: name the file *.int.test.ts.");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  // Files are copied with the caches of the catalogue, which the first connection would otherwise build.
  const from =
    template === undefined ? "" : ` TEMPLATE ${await nameOf(server, template)} STRATEGY FILE_COPY`;
  await onServer(server, `CREATE DATABASE ${name}${from}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = new Pool({ connectionString: url.href, max: 10 });
  // Tests kill connections on purpose; the pool reports an idle one here.
  pool.on("error", () => undefined);
  const drop = async (): Promise<void> => {
    await pool.end();
    await dropDatabase(server, name);
  };
  const asSuperuser = (...statements: string[]): Promise<void> =>
    onServer(administratorUrl(name), "SET session_replication_role = replica", ...statements);
  const backUp = (): Promise<DatabaseBackup> => copyDatabase(server, name);
  return {
    url: url.href,
    administratorUrl: () => administratorUrl(name),
    pool,
    asSuperuser,
    backUp,
    drop,
  };
}

/** Whether an extension can be created on the test run's server. */
export async function serverOffers(extension: string): Promise<boolean> {
  const client = new Client({ connectionString: process.env["TEST_POSTGRES_URL"] });
  await client.connect();
  try {
    const found = await client.query("SELECT FROM pg_available_extensions WHERE name = $1", [
      extension,
    ]);
    return found.rowCount === 1;
  } finally {
    await client.end();
  }
}

const templates = new Map<string, Promise<string>>();

function nameOf(server: string, template: DatabaseTemplate): Promise<string> {
  const known = templates.get(template.name) ?? makeTemplate(server, template);
  templates.set(template.name, known);
  return known;
}

/** The template's database, made by the first worker that needs it while the others wait. */
async function makeTemplate(server: string, { name, prepare }: DatabaseTemplate): Promise<string> {
  const database = `${process.env["TEST_POSTGRES_TEMPLATES"] ?? "test_template"}_${name}`;
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock(hashtext($1))", [database]);
    const found = await client.query("SELECT FROM pg_database WHERE datname = $1", [database]);
    if (found.rowCount === 1) return database;
    const unfinished = `${database}_unfinished`;
    await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${unfinished}`);
    const url = new URL(server);
    url.pathname = `/${unfinished}`;
    await prepare(url.href);
    // The server copies only a database without connections; autovacuum would be one.
    await client.query(`ALTER DATABASE ${unfinished} ALLOW_CONNECTIONS false`);
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${database}`);
    return database;
  } finally {
    await client.end();
  }
}

async function copyDatabase(server: string, name: string): Promise<DatabaseBackup> {
  const copy = `test_${randomUUID().replaceAll("-", "")}`;
  // The server copies only a database without connections, and services reconnect at once.
  await onServer(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  const cut = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'
    AND backend_type = 'client backend'`;
  await onServer(server, cut, `CREATE DATABASE ${copy} TEMPLATE ${name}`);
  await onServer(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  return {
    restore: async () => {
      await dropDatabase(server, name);
      await onServer(server, `ALTER DATABASE ${copy} RENAME TO ${name}`);
    },
  };
}

const INSUFFICIENT_PRIVILEGE = "42501";
const ATTEMPTS = 20;
const RETRY_MS = 250;

/** Retries while autovacuum holds the database, in a process this role may not end. */
async function dropDatabase(server: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      return;
    } catch (error) {
      const isBusy = (error as { code?: string }).code === INSUFFICIENT_PRIVILEGE;
      if (!isBusy || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function administratorUrl(database: string): string {
  const server = process.env["TEST_POSTGRES_ADMIN_URL"];
  if (!server) throw new Error("TEST_POSTGRES_ADMIN_URL is not set.");
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
