import { AppError } from "@allfunds/contract/errors";
import { requireScope } from "@allfunds/platform/auth";
import { authenticate, type TokenVerifier } from "@allfunds/platform/auth/tokens";
import type { FastifyInstance } from "fastify";
import type { IdentityParts } from "../identity-parts.ts";
import { EVERY_TENANT } from "../provider/oauth-clients.ts";
import { readReport } from "./reported-event.ts";
import { storeReport } from "./store-report.ts";

const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

/**
 * `POST /audit/events`: the system's own services report what they allowed and refused, up to 500
 * events at a time. Answers how many were new and how many were there already, by their ids.
 */
export function serveAuditReports(
  app: FastifyInstance,
  { pool }: Pick<IdentityParts, "pool">,
  verifier: TokenVerifier,
): void {
  app.post("/audit/events", { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
    const { caller, now } = await authenticate(verifier, request.headers);
    requireScope(caller, "audit:write");
    // The scope is never given to a tenant; an external issuer's mistake must not open the trail.
    if (caller.kind !== "client" || caller.tenantId !== EVERY_TENANT) {
      throw new AppError("FORBIDDEN", "Only the system's own services report to the trail.");
    }
    const events = readReport(request.body, now);
    const stored = await storeReport(pool, caller.clientId, events);
    return reply.send({ stored, known: events.length - stored });
  });
}
