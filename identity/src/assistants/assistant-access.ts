import { withTransaction, type Pool } from "@allfunds/platform/database";
import { isId } from "@allfunds/platform/ids";
import type { Manager } from "../access/manager.ts";
import { recordManagement } from "../audit/audit-log.ts";

/** Whether assistants may act in a tenant for those who let them. */
export interface AssistantAccess {
  readonly allowed: boolean;
  readonly changedBy: string | null;
  readonly changedAt: Date | null;
}

const NEVER_DECIDED: AssistantAccess = { allowed: false, changedBy: null, changedAt: null };

const COLUMNS = `allowed, changed_by AS "changedBy", changed_at AS "changedAt"`;

export async function readAssistantAccess(pool: Pool, tenantId: string): Promise<AssistantAccess> {
  if (!isId(tenantId)) return NEVER_DECIDED;
  const { rows } = await withTransaction(pool, { tenantId }, (transaction) =>
    transaction.query<AssistantAccess>(
      `SELECT ${COLUMNS} FROM assistant_access WHERE tenant_id = $1`,
      [tenantId],
    ),
  );
  return rows[0] ?? NEVER_DECIDED;
}

/** Lets assistants in, or ends what they may at once. */
export async function changeAssistantAccess(
  pool: Pool,
  manager: Manager,
  allowed: boolean,
): Promise<AssistantAccess> {
  return withTransaction(pool, manager, async (transaction) => {
    const { rows } = await transaction.query<AssistantAccess>(
      `INSERT INTO assistant_access (tenant_id, allowed, changed_by) VALUES ($1, $2, $3)
       ON CONFLICT (tenant_id) DO UPDATE
       SET allowed = excluded.allowed, changed_by = excluded.changed_by, changed_at = now()
       RETURNING ${COLUMNS}`,
      [manager.tenantId, allowed, manager.actorId],
    );
    await recordManagement(transaction, manager, "assistants.change", manager.tenantId, {
      allowed,
    });
    return rows[0] ?? NEVER_DECIDED;
  });
}
