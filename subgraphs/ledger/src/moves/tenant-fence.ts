import type { Client } from "pg";
import { alterTable } from "./alter-table.ts";
import type { TenantTable } from "./tenant-tables.ts";

/** A closed fence opens by itself after so long, unless its move keeps it closed: it may have died. */
const CLOSED_SECONDS = 20;
const RENEWED_EVERY_MS = 4_000;
/** With less left, a move may not rely on the fence any more. */
const LEAST_LEFT_SECONDS = 10;

const setUntil = (until: string): string => `
  INSERT INTO tenant_fence (tenant, closed_until) VALUES ($1, ${until})
  ON CONFLICT (tenant) DO UPDATE SET closed_until = EXCLUDED.closed_until`;

const OPEN = setUntil("'-infinity'");
const CLOSE = setUntil(`clock_timestamp() + interval '${CLOSED_SECONDS} seconds'`);
const CLOSE_FOR_GOOD = setUntil("'infinity'");

const RENEW = `
  UPDATE tenant_fence SET closed_until = clock_timestamp() + interval '${CLOSED_SECONDS} seconds'
  WHERE tenant = $1 AND closed_until > clock_timestamp() AND closed_until <> 'infinity'`;

const KEEP_CLOSED = `
  UPDATE tenant_fence SET closed_until = 'infinity'
  WHERE tenant = $1 AND closed_until > clock_timestamp() + interval '${LEAST_LEFT_SECONDS} seconds'`;

// Who looked at the fence while it was open holds this lock until its transaction ends.
const AWAIT_WRITERS = `
  SELECT pg_advisory_lock(20214, hashtext($1)), pg_advisory_unlock(20214, hashtext($1))`;

const READ_FENCED = `
  SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'tenant_is_here'`;

/** Has every statement that writes rows of a tenant look at its fence first. */
export async function buildFences(client: Client, tables: readonly TenantTable[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(READ_FENCED);
  const fenced = new Set(rows.map(({ name }) => name));
  for (const { name } of tables) {
    if (fenced.has(name)) continue;
    await alterTable(client, [
      `CREATE OR REPLACE TRIGGER tenant_is_here BEFORE INSERT OR UPDATE OR DELETE ON ${name}
       FOR EACH STATEMENT EXECUTE FUNCTION require_tenant_here()`,
    ]);
  }
}

/** Lets a tenant be written to, as one that is being moved. */
export async function openFence(client: Client, tenantId: string): Promise<void> {
  await client.query(OPEN, [tenantId]);
  await client.query(AWAIT_WRITERS, [tenantId]);
}

/**
 * Resolves when nothing of the tenant is written any more; the returned function ends keeping it so. The connection
 * that renews the fence has nothing else to do meanwhile.
 */
export async function closeFence(
  client: Client,
  renewing: Client,
  tenantId: string,
): Promise<() => void> {
  await client.query(CLOSE, [tenantId]);
  // What is not renewed in time is noticed at the end.
  const renew = (): void => void renewing.query(RENEW, [tenantId]).catch(() => undefined);
  const timer = setInterval(renew, RENEWED_EVERY_MS);
  await client.query(AWAIT_WRITERS, [tenantId]);
  return () => clearInterval(timer);
}

/** Keeps a closed fence closed; throws when it may open before others know that. */
export async function keepClosed(client: Client, tenantId: string): Promise<void> {
  const { rowCount } = await client.query(KEEP_CLOSED, [tenantId]);
  if (rowCount !== 1) {
    throw new Error("The last steps took too long. The tenant stays where it is; move it again.");
  }
}

/** Of a database where the tenant does not live, or not yet. */
export async function closeForGood(client: Client, tenantId: string): Promise<void> {
  await client.query(CLOSE_FOR_GOOD, [tenantId]);
  await client.query(AWAIT_WRITERS, [tenantId]);
}

/** Removes the fence together with what else makes a tenant's work begin; does nothing when there is none. */
export async function removeFence(
  client: Client,
  tenantId: string,
  together: () => Promise<void>,
): Promise<void> {
  await client.query("BEGIN");
  try {
    const { rowCount } = await client.query("DELETE FROM tenant_fence WHERE tenant = $1", [
      tenantId,
    ]);
    if (rowCount === 1) await together();
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

const IS_ANY_MOVING = `
  SELECT EXISTS (SELECT FROM tenant_fence WHERE closed_until <> 'infinity') AS moving`;

/** Whether a tenant is on its way out of a database. */
export async function isAnyLeaving(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ moving: boolean }>(IS_ANY_MOVING);
  return rows[0]?.moving === true;
}
