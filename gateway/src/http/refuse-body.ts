import { AppError } from "@allfunds/contract/errors";
import type { FastifyInstance } from "fastify";

/** Refuses a list of operations, which would bypass every limit that counts requests. */
export function refuseBatch(app: FastifyInstance): void {
  app.addHook("preHandler", (request, _reply, done) => {
    if (!Array.isArray(request.body)) return done();
    done(new AppError("MALFORMED_BODY", "Send one operation per request, not a list of them."));
  });
}

/** Refuses compressed bodies: they may inflate to a thousand times their size. */
export function refuseEncodedBody(app: FastifyInstance): void {
  app.addHook("onRequest", (request, _reply, done) => {
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding.toLowerCase() === "identity") return done();
    done(new AppError("UNSUPPORTED_MEDIA_TYPE", "Send the body without a content encoding."));
  });
}
