import { AppError } from "@allfunds/contract/errors";
import { requireStepUp, type Authentication, type Caller } from "@allfunds/platform/auth";
import { anonymousContext, type RequestContext } from "@allfunds/platform/context";
import { requestContext } from "@allfunds/platform/http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { alternativesOf, type Access } from "../endpoint/access.ts";
import type { Endpoint } from "../endpoint/endpoint.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The endpoint of a route; absent on health, metrics and the OpenAPI document, which are public. */
    readonly endpoint?: Endpoint;
    /** Of a route without an endpoint that is not public either. */
    readonly needsCaller?: boolean;
  }
}

const endpointOf = (request: FastifyRequest): Endpoint | undefined =>
  request.routeOptions.config.endpoint;

/** The context of every request: of the caller on an endpoint, anonymous elsewhere. */
export const contextOfRequest =
  ({ contextOf }: Pick<Authentication, "contextOf">) =>
  async (request: FastifyRequest): Promise<RequestContext> =>
    endpointOf(request) === undefined && request.routeOptions.config.needsCaller !== true
      ? anonymousContext(request.headers)
      : contextOf(request.headers, {
          method: request.method,
          path: request.url.split("?")[0] ?? "",
        });

/** Admits authenticated callers to the endpoints that they have the scopes for. */
export function admitCallers(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    const { caller } = requestContext(request);
    const endpoint = endpointOf(request);
    try {
      if (caller !== undefined && endpoint !== undefined) {
        requireAccess(caller, endpoint.access, reply);
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

/**
 * Refuses a caller without access before the body is read. The graph checks access as well, but it
 * would carry out a write whose answer the caller may not read.
 */
function requireAccess(caller: Caller, access: Access, reply: FastifyReply): void {
  const missing = alternativesOf(access).map((scopes) =>
    scopes.filter((scope) => !caller.scopes.includes(scope)),
  );
  if (missing.every((scopes) => scopes.length > 0)) {
    void reply.header("www-authenticate", insufficientScope(access.scopes));
    const needed = missing.map((scopes) => scopes.join(" and the scope ")).join(", or ");
    throw new AppError("FORBIDDEN", `This needs the scope ${needed}.`);
  }
  if (access.secondFactor === true) requireStepUp(caller);
}

/** RFC 6750, section 3.1: a challenge that lists the required scopes. */
const insufficientScope = (scopes: readonly string[]): string =>
  `Bearer error="insufficient_scope", scope="${scopes.join(" ")}"`;
