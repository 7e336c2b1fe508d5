import type { Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";

/** Who did something, as far as others may know: a name and no address. */
export interface Actor {
  readonly id: string;
  /** Null where nobody of the tenant has that id. */
  readonly name: string | null;
  readonly kind: "USER" | "CLIENT" | null;
}

// Who was disabled, and what was revoked or ran out, keeps its name: its deeds stay.
const READ_ACTORS = `
  SELECT user_id::text AS id, name, 'USER' AS kind FROM app_user
  WHERE user_id = ANY ($2::uuid[]) AND tenant_id::text = $1
  UNION ALL
  SELECT client_id, name, 'CLIENT' FROM api_client
  WHERE client_id = ANY ($3::text[]) AND tenant_id::text = $1`;

/** Those of these ids that are the tenant's, by id. */
export async function readActors(
  pool: Pool,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, Actor>> {
  const { rows } = await pool.query<Actor>(READ_ACTORS, [tenantId, ids.filter(isId), ids]);
  return new Map(rows.map((actor) => [actor.id, actor]));
}
