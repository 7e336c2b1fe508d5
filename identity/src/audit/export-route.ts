import { Readable } from "node:stream";
import { invalidInput } from "@allfunds/contract/errors";
import { requireScope } from "@allfunds/platform/auth";
import { authenticate, type TokenVerifier } from "@allfunds/platform/auth/tokens";
import type { FastifyInstance } from "fastify";
import { asPresent } from "../graph/present-caller.ts";
import type { IdentityParts } from "../identity-parts.ts";
import { EVERY_TENANT } from "../provider/oauth-clients.ts";
import { exportAudit } from "./read-audit.ts";

interface ExportQuery {
  readonly from?: string;
  readonly to?: string;
}

/**
 * `GET /audit/export`: the trail of the caller's tenant as NDJSON, for those who may read it; all of
 * it, or what happened from `from` on and before `to`. A service of the system gets every tenant's.
 */
export function serveAuditExport(
  app: FastifyInstance,
  parts: IdentityParts,
  verifier: TokenVerifier,
): void {
  app.get<{ Querystring: ExportQuery }>("/audit/export", async (request, reply) => {
    const { caller } = await asPresent(parts, await authenticate(verifier, request.headers));
    const everyTenant = caller.tenantId === EVERY_TENANT;
    requireScope(caller, everyTenant ? "audit:export" : "audit:read");
    const { from, to } = request.query;
    const filter = {
      tenantId: caller.tenantId,
      from: momentOf("from", from),
      to: momentOf("to", to),
    };
    return reply
      .headers({
        "content-type": "application/x-ndjson; charset=utf-8",
        "content-disposition": 'attachment; filename="audit.ndjson"',
        "cache-control": "no-store",
      })
      .send(Readable.from(exportAudit(parts.pool, filter)));
  });
}

function momentOf(name: string, text: unknown): Date | undefined {
  if (text === undefined) return undefined;
  const moment = new Date(typeof text === "string" ? text : "");
  if (!Number.isNaN(moment.getTime())) return moment;
  throw invalidInput(name, "must be a moment such as 2026-01-31T00:00:00Z");
}
