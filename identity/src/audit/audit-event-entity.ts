import { defineEntity, p } from "@mikro-orm/core";
import type { AuditEvent } from "./audit-event.ts";

/** An event of the audit log as its readers list it. */
export const AuditEventEntity = defineEntity({
  name: "AuditEvent",
  tableName: "audit_event",
  properties: {
    sequence: p.bigint("string").primary(),
    at: p.datetime(),
    recordedAt: p.datetime().nullable(),
    reportedBy: p.text().nullable(),
    tenantId: p.uuid().nullable(),
    action: p.text(),
    outcome: p.text().$type<AuditEvent["outcome"]>(),
    actorKind: p.text().$type<AuditEvent["actorKind"]>(),
    actorId: p.text().nullable(),
    clientId: p.text().nullable(),
    factors: p.array(),
    ip: p.text().nullable(),
    userAgent: p.text().nullable(),
    traceId: p.text().nullable(),
    subject: p.text().nullable(),
    detail: p.json<Readonly<Record<string, unknown>>>(),
  },
});
