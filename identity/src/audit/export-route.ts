import { Readable } from "node:stream";
import { authenticate, requireScope, type TokenVerifier } from "@allfunds/platform";
import type { FastifyInstance } from "fastify";
import type { IdentityParts } from "../identity-parts.ts";
import { exportAudit } from "./read-audit.ts";

/** `GET /audit/export`: the whole trail of the caller's tenant as NDJSON, for those who may read it. */
export function serveAuditExport(
  app: FastifyInstance,
  { pool }: IdentityParts,
  verifier: TokenVerifier,
): void {
  app.get("/audit/export", async (request, reply) => {
    const { caller } = await authenticate(verifier, request.headers);
    requireScope(caller, "audit:read");
    return reply
      .headers({
        "content-type": "application/x-ndjson; charset=utf-8",
        "content-disposition": 'attachment; filename="audit.ndjson"',
        "cache-control": "no-store",
      })
      .send(Readable.from(exportAudit(pool, { tenantId: caller.tenantId })));
  });
}
