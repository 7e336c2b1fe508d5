import { requireCaller } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import { BatchLoader } from "@allfunds/platform/graphql";
import { isId } from "@allfunds/platform/ids";

/** A user or a client as others of the tenant see it: a name and no address. */
export interface Actor {
  readonly id: string;
  /** Null when the tenant has no user or client of that id, such as for a service's own id. */
  readonly name: string | null;
  readonly kind: "USER" | "CLIENT" | null;
}

/** The actors of the caller's tenant; the look-ups of one request are one query. */
export class Actors {
  readonly #loader: BatchLoader<Actor>;

  constructor(pool: Pool, request: RequestContext) {
    this.#loader = new BatchLoader((ids) => readActors(pool, requireCaller(request).tenantId, ids));
  }

  async find(id: string): Promise<Actor> {
    return (await this.#loader.load(id)) ?? { id, name: null, kind: null };
  }
}

// Disabled users and ended clients keep their names: what they did stays on record.
const READ_ACTORS = `
  SELECT user_id::text AS id, name, 'USER' AS kind FROM app_user
  WHERE user_id = ANY ($2::uuid[]) AND tenant_id::text = $1
  UNION ALL
  SELECT client_id, name, 'CLIENT' FROM api_client
  WHERE client_id = ANY ($3::text[]) AND tenant_id::text = $1`;

async function readActors(
  pool: Pool,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, Actor>> {
  const { rows } = await pool.query<Actor>(READ_ACTORS, [tenantId, ids.filter(isId), ids]);
  return new Map(rows.map((actor) => [actor.id, actor]));
}
