import { anonymousContext, type RequestContext } from "@allfunds/platform/context";
import type { FastifyRequest } from "fastify";
import type { AuditTrail } from "../audit/audit-trail.ts";
import type { ContextOf } from "./context-of.ts";

/** Whoever asks for these has to say who it is, before its body is read. */
const ASKED_BY_CALLERS: ReadonlySet<string | undefined> = new Set(["/graphql", "/ticket"]);

/** Who sends an HTTP request, and from where. Health and metrics are asked for by machines without a name. */
export const identifyRequest =
  (contextOf: ContextOf, audit: AuditTrail | undefined) =>
  async (request: FastifyRequest): Promise<RequestContext> => {
    const { headers, ip } = request;
    if (!ASKED_BY_CALLERS.has(request.routeOptions.url)) return anonymousContext(headers);
    try {
      return { ...(await contextOf(headers)), clientAddress: ip };
    } catch (error) {
      audit?.unknownCaller(error, { headers, address: ip, transport: "http" });
      throw error;
    }
  };
