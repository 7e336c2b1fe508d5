import { AppError } from "@allfunds/contract/errors";
import type { FastifyInstance } from "fastify";

/** One request carries one operation: a list of them would pass every limit that counts requests. */
export function refuseBatch(app: FastifyInstance): void {
  app.addHook("preHandler", (request, _reply, done) => {
    if (!Array.isArray(request.body)) return done();
    done(new AppError("MALFORMED_BODY", "Send one operation per request, not a list of them."));
  });
}
