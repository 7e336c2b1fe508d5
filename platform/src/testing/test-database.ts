import { randomUUID } from "node:crypto";
import { Client, Pool } from "pg";

/** A database of a test's own, and the way to be rid of it. */
export interface TestDatabase {
  url: string;
  pool: Pool;
  /** Runs statements as the server's superuser, whom no trigger and no row-level rule binds. */
  asSuperuser(...statements: string[]): Promise<void>;
  /** Takes a backup; connections to the database are cut. */
  backUp(): Promise<DatabaseBackup>;
  drop(): Promise<void>;
}

interface DatabaseBackup {
  /** Puts the backup in the database's place, under whoever is connected to it. */
  restore(): Promise<void>;
}

/** Creates an empty database on the test run's server; its role is no superuser. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env["TEST_POSTGRES_URL"];
  if (!server) throw new Error("TEST_POSTGRES_URL is not set: name the file *.int.test.ts.");
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = new Pool({ connectionString: url.href, max: 10 });
  // Tests kill connections on purpose; an idle one then reports its end here.
  pool.on("error", () => undefined);
  const drop = async (): Promise<void> => {
    await pool.end();
    await dropDatabase(server, name);
  };
  const asSuperuser = (...statements: string[]): Promise<void> =>
    onServer(administratorUrl(name), "SET session_replication_role = replica", ...statements);
  const backUp = (): Promise<DatabaseBackup> => copyDatabase(server, name);
  return { url: url.href, pool, asSuperuser, backUp, drop };
}

async function copyDatabase(server: string, name: string): Promise<DatabaseBackup> {
  const copy = `test_${randomUUID().replaceAll("-", "")}`;
  // The server copies only what nobody is connected to, and services connect again at once.
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

/** The server may just be vacuuming it, in a process that is not this role's to end. */
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
