import { AppError } from "@allfunds/contract/errors";
import type { FastifyInstance } from "fastify";

/** Bodies are taken as they are: one that is to be inflated may be a thousand times larger than it looks. */
export function refuseEncodedBody(app: FastifyInstance): void {
  app.addHook("onRequest", (request, _reply, done) => {
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding.toLowerCase() === "identity") return done();
    done(new AppError("UNSUPPORTED_MEDIA_TYPE", "Send the body without a content encoding."));
  });
}
