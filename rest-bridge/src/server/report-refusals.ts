import { AppError, type ErrorCode } from "@allfunds/contract/errors";
import { auditEvent, Repetitions, type AuditEvent } from "@allfunds/platform/audit";
import { requestContext } from "@allfunds/platform/http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { GatewayRefusal } from "../gateway/gateway-error.ts";

/** Refusals of access. Invalid input is not audited. */
const AUDITED: ReadonlySet<ErrorCode> = new Set([
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "STEP_UP_REQUIRED",
]);

/**
 * Reports to the audit log which callers the bridge itself refused. The gateway reports what the
 * graph refuses, and every change that it makes.
 */
export function reportRefusals(app: FastifyInstance, record: (event: AuditEvent) => void): void {
  const anonymous = new Repetitions(record);
  app.addHook("onError", async (request, _reply, error) => {
    if (!(error instanceof AppError) || error instanceof GatewayRefusal) return;
    if (!AUDITED.has(error.code)) return;
    const event = eventOf(request, error);
    if (event.actorId === null) anonymous.note(`${event.ip} ${event.detail["token"]}`, event);
    else record(event);
  });
  app.addHook("onClose", async () => anonymous.settle());
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
