import { AppError } from "@allfunds/contract/errors";
import type { FastifyInstance } from "fastify";

export interface Route {
  readonly method: string;
  readonly path: string;
}

/** Refuses what no endpoint can answer before the body is read: wrong methods and encoded bodies. */
export function refuseUnroutable(app: FastifyInstance, routes: readonly Route[]): void {
  // Fastify accepts text as a body; the bridge accepts JSON only.
  app.removeContentTypeParser("text/plain");
  const allowedAt = routes.map(({ path, method }) => ({
    pattern: new RegExp(`^${path.replaceAll(/:\w+/g, "[^/]+").replaceAll(".", "\\.")}$`),
    methods: method === "GET" ? ["GET", "HEAD"] : [method],
  }));

  const methodsAt = (path: string): string[] =>
    allowedAt.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);

  app.addHook("onRequest", (request, reply, done) => {
    const allowed = request.is404 ? methodsAt(request.url.split("?")[0] ?? "") : [];
    if (request.method === "OPTIONS" && allowed.length > 0) {
      void reply
        .status(204)
        .header("allow", [...allowed, "OPTIONS"].join(", "))
        .send();
      return;
    }
    if (allowed.length > 0) {
      void reply.header("allow", allowed.join(", "));
      return done(new AppError("METHOD_NOT_ALLOWED", `Use ${allowed.join(" or ")} here.`));
    }
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") {
      return done(
        new AppError("UNSUPPORTED_MEDIA_TYPE", "Send the body without a content encoding."),
      );
    }
    return done();
  });
}
