import { AppError, type ErrorCode } from "@allfunds/contract/errors";
import { auditEvent, Repetitions, type AuditEvent } from "@allfunds/platform/audit";
import { requestContext } from "@allfunds/platform/http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { UpstreamRefusal } from "../gateway/upstream-error.ts";

/** Refusals that tell of somebody trying what is not theirs; a faulty body is no news. */
const NEWS: ReadonlySet<ErrorCode> = new Set(["UNAUTHENTICATED", "FORBIDDEN", "STEP_UP_REQUIRED"]);

/**
 * Tells the audit trail whom the bridge itself turned away. What the graph refuses, and every change
 * it makes, the gateway tells.
 */
export function reportRefusals(app: FastifyInstance, record: (event: AuditEvent) => void): void {
  const unknown = new Repetitions(record);
  app.addHook("onError", async (request, _reply, error) => {
    if (!(error instanceof AppError) || error instanceof UpstreamRefusal) return;
    if (!NEWS.has(error.code)) return;
    const event = eventOf(request, error);
    if (event.actorId === null) unknown.note(`${event.ip} ${event.detail["token"]}`, event);
    else record(event);
  });
  app.addHook("onClose", async () => unknown.settle());
}

function eventOf(request: FastifyRequest, error: AppError): AuditEvent {
  const { caller, traceId } = requestContext(request);
  const { method, routeOptions, headers, ip } = request;
  const token = headers.authorization === undefined ? "absent" : "refused";
  return auditEvent({
    action: "graph.refused",
    outcome: "REFUSED",
    caller,
    address: ip,
    traceId,
    subject: `${method} ${routeOptions.url ?? ""}`,
    detail: {
      code: error.code,
      transport: "rest",
      acr: caller?.acr,
      ...(caller === undefined ? { token, reason: error.detail ?? error.message } : {}),
    },
  });
}
