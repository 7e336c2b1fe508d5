import proxyAddr from "@fastify/proxy-addr";
import type { IncomingMessage } from "node:http";
import type { Coming } from "@allfunds/platform/auth";
import {
  anonymousContext,
  type HeaderValues,
  type RequestContext,
} from "@allfunds/platform/context";
import type { FastifyRequest } from "fastify";
import type { AuditLog } from "../audit/audit-log.ts";

/**
 * Makes the context of a request from its headers, over HTTP and WebSocket alike. Throws UNAUTHENTICATED
 * without a valid token, and UPSTREAM_UNAVAILABLE while tokens cannot be verified.
 */
export type ContextOf = (
  headers: HeaderValues,
  coming?: Coming,
) => RequestContext | Promise<RequestContext>;

/** Routes that require a token before the body is read. */
const PROTECTED_ROUTES: ReadonlySet<string | undefined> = new Set([
  "/graphql",
  "/graphql/:variant",
  "/ticket",
  "/usage",
]);

/** Makes the context of an HTTP request with the client's address. Health and metrics are open to every client. */
export const identifyRequest =
  (contextOf: ContextOf, audit: AuditLog | undefined) =>
  async (request: FastifyRequest): Promise<RequestContext> => {
    const { headers, ip, method } = request;
    const [path = ""] = request.url.split("?");
    if (!PROTECTED_ROUTES.has(request.routeOptions.url)) return anonymousContext(headers);
    try {
      return { ...(await contextOf(headers, { method, path })), clientAddress: ip };
    } catch (error) {
      audit?.unidentified(error, { headers, address: ip, transport: "http" });
      throw error;
    }
  };

/** Finds the client's address of a connection as Fastify does: X-Forwarded-For counts when a trusted proxy sent it. */
export function clientAddressOf(
  trustedProxies: readonly string[],
): (request: IncomingMessage) => string {
  const trusts = proxyAddr.compile([...trustedProxies]);
  return (request) => proxyAddr(request, trusts);
}
