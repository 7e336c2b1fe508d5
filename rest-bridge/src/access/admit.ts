import type { Authentication } from "@allfunds/platform/auth";
import { anonymousContext, type RequestContext } from "@allfunds/platform/context";
import { requestContext } from "@allfunds/platform/http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Endpoint } from "../endpoint.ts";
import { requireAccess } from "./require-access.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The endpoint a route serves; absent on health, figures and the document, which anybody may read. */
    readonly endpoint?: Endpoint;
  }
}

const endpointOf = (request: FastifyRequest): Endpoint | undefined =>
  request.routeOptions.config.endpoint;

/** The context of every request: a caller's on an endpoint, nobody's elsewhere. */
export const contextOfRequest =
  ({ contextOf }: Pick<Authentication, "contextOf">) =>
  async (request: FastifyRequest): Promise<RequestContext> => {
    return endpointOf(request) === undefined
      ? anonymousContext(request.headers)
      : contextOf(request.headers);
  };

/** Lets a known caller in at the endpoints it has the scopes for. */
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
