import { currentContext } from "@allfunds/platform/context";
import type { FastifyRequest } from "fastify";
import type { Origin } from "../audit/audit-event.ts";

/** From where a page was asked for, for the audit trail and the limits. */
export const originOf = (request: FastifyRequest): Origin & { readonly ip: string } => ({
  ip: request.ip,
  userAgent: request.headers["user-agent"],
  traceId: currentContext()?.traceId,
});
