import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import type { Manager } from "../access/manager.ts";
import type { AuditAction } from "./audit-event.ts";
import { recordAudit } from "./record-audit.ts";

/** Writes into the trail what a manager did with a user or a client. */
export const noteManagement = (
  database: Pool | DatabaseClient,
  manager: Manager,
  action: Extract<AuditAction, `user.${string}` | `client.${string}` | "sessions.end">,
  subject: string,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> =>
  recordAudit(database, {
    action,
    outcome: "ALLOWED",
    tenantId: manager.tenantId,
    actorKind: manager.actorKind,
    actorId: manager.actorId,
    factors: manager.factors,
    subject,
    origin: manager.origin,
    detail,
  });
