import type { Pool } from "@allfunds/platform/database";
import type { Origin } from "../access/origin.ts";

/** How long a device is remembered after its last sign-in. */
const REMEMBERED_DAYS = 90;

const FIND_EARLIER = `
  SELECT count(*)::int AS total,
    count(*) FILTER (WHERE user_agent IS NOT DISTINCT FROM $3)::int AS same
  FROM audit_event
  WHERE tenant_id = $1 AND actor_id = $2 AND action = 'sign-in' AND outcome = 'ALLOWED'
    AND at > now() - make_interval(days => $4)`;

/**
 * Whether a user signs in from a browser that none of their earlier sign-ins came from. The first sign-in of all is
 * from no new device: it follows the invitation.
 */
export async function isNewDevice(
  pool: Pool,
  { tenantId, userId }: { readonly tenantId: string; readonly userId: string },
  { userAgent }: Pick<Origin, "userAgent">,
): Promise<boolean> {
  const { rows } = await pool.query<{ total: number; same: number }>(FIND_EARLIER, [
    tenantId,
    userId,
    userAgent?.slice(0, 400) ?? null,
    REMEMBERED_DAYS,
  ]);
  const [earlier = { total: 0, same: 0 }] = rows;
  return earlier.total > 0 && earlier.same === 0;
}
