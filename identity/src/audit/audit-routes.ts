import { Readable } from "node:stream";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import { EVERY_TENANT, requireScope, type Caller } from "@allfunds/platform/auth";
import { authenticate, type PossessionRules } from "@allfunds/platform/auth/tokens";
import type { RequestContext } from "@allfunds/platform/context";
import type { Pool } from "@allfunds/platform/database";
import type { FastifyInstance } from "fastify";
import { exportAudit } from "./audit-log.ts";
import { readReport, storeReport } from "./reports.ts";

type CallerContext = RequestContext & { readonly caller: Caller };

interface AuditRoutes {
  readonly pool: Pool;
  readonly rules: PossessionRules;
  /** The request with what its caller may do now. Throws UNAUTHENTICATED when that is nothing. */
  readonly withPresentAccess: (context: CallerContext) => Promise<CallerContext>;
}

interface ExportQuery {
  readonly from?: string;
  readonly to?: string;
}

const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * `GET /audit/export`: the audit log of the caller's tenant as NDJSON; all of it, or what happened from
 * `from` on and before `to`. A service of the system receives every tenant's.
 *
 * `POST /audit/events`: the system's own services report what they allowed and refused, up to 500
 * events at a time. Returns how many were new and how many were already stored, by their ids.
 */
export function serveAudit(app: FastifyInstance, routes: AuditRoutes): void {
  const { pool, rules, withPresentAccess } = routes;

  app.get<{ Querystring: ExportQuery }>("/audit/export", async (request, reply) => {
    const { caller } = await withPresentAccess(
      await authenticate(rules, request.headers, {
        method: request.method,
        path: "/audit/export",
      }),
    );
    const everyTenant = caller.tenantId === EVERY_TENANT;
    requireScope(caller, everyTenant ? "audit:export" : "audit:read");
    const { from, to } = request.query;
    const filter = {
      tenantId: caller.tenantId,
      from: instantOf("from", from),
      to: instantOf("to", to),
    };
    return reply
      .headers({
        "content-type": "application/x-ndjson; charset=utf-8",
        "content-disposition": 'attachment; filename="audit.ndjson"',
        "cache-control": "no-store",
      })
      .send(Readable.from(exportAudit(pool, filter)));
  });

  app.post("/audit/events", { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
    const { caller, now } = await authenticate(rules, request.headers);
    requireScope(caller, "audit:write");
    // The scope is never given to a tenant; an external issuer's mistake must not open the log.
    if (caller.kind !== "client" || caller.tenantId !== EVERY_TENANT) {
      throw new AppError("FORBIDDEN", "Only the system's own services report to the audit log.");
    }
    const events = readReport(request.body, now);
    const stored = await storeReport(pool, caller.clientId, events);
    return reply.send({ stored, known: events.length - stored });
  });
}

function instantOf(name: string, text: unknown): Date | undefined {
  if (text === undefined) return undefined;
  const instant = new Date(typeof text === "string" ? text : "");
  if (!Number.isNaN(instant.getTime())) return instant;
  throw invalidInput(name, "must be a timestamp such as 2026-01-31T00:00:00Z");
}
