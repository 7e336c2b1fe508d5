import { Client } from "pg";

const READ = `
  SELECT coalesce(max(version), 0)::text AS version,
         count(*) FILTER (WHERE moving_to IS NOT NULL)::integer AS moving
  FROM tenant_place`;

/**
 * The version of the directory of tenants, which each step of a move raises. Throws while a tenant is being moved:
 * databases of different moments could then both have it, or neither.
 */
export async function directoryVersion(url: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that is lost fails its query; without a listener it would end the process first.
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string; moving: number }>(READ);
    const { version, moving } = rows[0] ?? { version: "0", moving: 0 };
    if (moving === 0) return version;
    throw new Error(
      `${moving === 1 ? "A tenant is" : `${moving} tenants are`} being moved between ledger databases. ` +
        "Make the backup when that has ended; a move that was interrupted ends when it is repeated.",
    );
  } finally {
    await client.end();
  }
}
