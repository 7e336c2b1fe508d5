import { FIRST_DATABASE } from "@allfunds/platform/database-addresses";
import type { Client } from "pg";

/** A tenant's line in the directory. */
export interface ListedPlace {
  readonly database: string;
  /** Where a move under way leads to. */
  readonly movingTo: string | null;
  /** Where the last move began. */
  readonly movedFrom: string;
}

const READ = `
  SELECT database, moving_to AS "movingTo", moved_from AS "movedFrom" FROM tenant_place WHERE tenant = $1`;

export async function readPlace(directory: Client, tenantId: string): Promise<ListedPlace> {
  const { rows } = await directory.query<ListedPlace>(READ, [tenantId]);
  return rows[0] ?? { database: FIRST_DATABASE, movingTo: null, movedFrom: FIRST_DATABASE };
}

// Readers look for higher versions, so one must not become visible after a higher one.
const LOCK = `LOCK TABLE tenant_place IN EXCLUSIVE MODE`;
const SET = `
  INSERT INTO tenant_place (tenant, database, moving_to, moved_from, version)
  SELECT $1, $2, $3, $4, coalesce(max(version), 0) + 1 FROM tenant_place
  ON CONFLICT (tenant) DO UPDATE SET database = EXCLUDED.database, moving_to = EXCLUDED.moving_to,
    moved_from = EXCLUDED.moved_from, version = EXCLUDED.version`;

export async function setPlace(
  directory: Client,
  tenantId: string,
  { database, movingTo, movedFrom }: ListedPlace,
): Promise<void> {
  await directory.query("BEGIN");
  try {
    await directory.query(LOCK);
    await directory.query(SET, [tenantId, database, movingTo, movedFrom]);
    await directory.query("COMMIT");
  } catch (error) {
    await directory.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
