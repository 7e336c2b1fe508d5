import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { IdentityProvider } from "./identity-provider.ts";

/** Hands the protocol's addresses over to the provider, which reads the bodies itself. */
export function serveProtocol(app: FastifyInstance, protocol: IdentityProvider): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _body, done) => done(null));
  const handle = (request: FastifyRequest, reply: FastifyReply): void => {
    reply.hijack();
    protocol.handle(request.raw, reply.raw);
  };
  app.all("/oauth/*", handle);
  app.all("/.well-known/*", handle);
}
