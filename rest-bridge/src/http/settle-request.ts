import { AppError } from "@allfunds/contract/errors";
import type { FastifyInstance } from "fastify";

export interface Route {
  readonly method: string;
  readonly path: string;
}

/** Refuses, before a body is read, what no endpoint could answer: wrong methods and coded bodies. */
export function settleRequests(app: FastifyInstance, routes: readonly Route[]): void {
  // Fastify would take text for a body; only JSON is one here.
  app.removeContentTypeParser("text/plain");
  const allowedAt = routes.map(({ path, method }) => ({
    pattern: new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+").replaceAll(".", "\\.")}$`),
    methods: method === "GET" ? ["GET", "HEAD"] : [method],
  }));

  const methodsAt = (path: string): string[] =>
    allowedAt.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);

  app.addHook("onRequest", (request, reply, done) => {
    const allowed = request.is404 ? methodsAt(request.url.split("?")[0] ?? "") : [];
    if (allowed.length > 0) {
      void reply.header("allow", allowed.join(", "));
      return done(new AppError("METHOD_NOT_ALLOWED", `Use ${allowed.join(" or ")} here.`));
    }
    const coding = request.headers["content-encoding"];
    if (coding !== undefined && coding !== "identity") {
      return done(
        new AppError("UNSUPPORTED_MEDIA_TYPE", "Send the body without a content coding."),
      );
    }
    return done();
  });
}
