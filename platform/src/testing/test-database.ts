import { randomUUID } from "node:crypto";
import { Client, Pool } from "pg";

/** A database of a test's own, and the way to be rid of it. */
export interface TestDatabase {
  url: string;
  pool: Pool;
  drop(): Promise<void>;
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
    await onServer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  return { url: url.href, pool, drop };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
