import { currentContext } from "@allfunds/platform/context";
import type { FastifyRequest } from "fastify";

/** Where a request came from, as far as that is known: for the audit log and the limits. */
export interface Origin {
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly traceId?: string | undefined;
}

/** The origin of a request for a page. */
export const originOf = (request: FastifyRequest): Origin & { readonly ip: string } => ({
  ip: request.ip,
  userAgent: request.headers["user-agent"],
  traceId: currentContext()?.traceId,
});
