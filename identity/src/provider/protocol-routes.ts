import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { IdentityProvider } from "./identity-provider.ts";

/** Hands the protocol's addresses over to the provider, which reads the bodies itself. */
export function serveProtocol(app: FastifyInstance, protocol: IdentityProvider): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _body, done) => done(null));
  const handle = (request: FastifyRequest, reply: FastifyReply): void => {
    if (!fromTrustedProxy(request)) dropForwarded(request.raw.headers);
    reply.hijack();
    protocol.handle(request.raw, reply.raw);
  };
  app.all("/oauth/*", handle);
  app.all("/.well-known/*", handle);
}

/** The addresses a request went through; the caller's own comes first when its forwarding is believed. */
const fromTrustedProxy = ({ ips = [] }: FastifyRequest): boolean => ips.length > 1;

/** The library believes these from anybody, once it is told that there is a proxy. */
function dropForwarded(headers: IncomingHttpHeaders): void {
  for (const name of ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"]) {
    delete headers[name];
  }
}
