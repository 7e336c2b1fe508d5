import { AppError } from "@allfunds/contract/errors";
import type { onRequestHookHandler } from "fastify";

export interface Route {
  readonly method: string;
  readonly path: string;
  /** Where what it makes is listed, when that is another path. */
  readonly listedAt?: string | undefined;
}

/** Refuses what no endpoint can answer before anything of it is read: wrong methods and encoded bodies. */
export function refuseUnroutable(routes: readonly Route[]): onRequestHookHandler {
  const patterns = routes.map((route) => ({
    pattern: new RegExp(`^${route.path.replaceAll(/:\w+/g, "[^/]+").replaceAll(".", "\\.")}$`),
    methods: methodsOf(route),
  }));
  /** Of paths without parameters: one such as `/statements/preview` is no id, whatever the method. */
  const fixed = new Map<string, string[]>();
  for (const route of routes) {
    if (route.path.includes(":")) continue;
    fixed.set(route.path, [...(fixed.get(route.path) ?? []), ...methodsOf(route)]);
  }

  const methodsAt = (path: string): string[] =>
    patterns.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);

  return (request, reply, done) => {
    const [path = ""] = request.url.split("?");
    const methods = fixed.get(path) ?? (request.is404 ? methodsAt(path) : []);
    if (methods.length > 0 && !methods.includes(request.method)) {
      void reply.header("allow", [...methods, "OPTIONS"].join(", "));
      if (request.method === "OPTIONS") {
        void reply.status(204).send();
        return;
      }
      const listedAt = routes.find((route) => route.path === path)?.listedAt;
      const list = listedAt === undefined ? "" : ` GET ${listedAt} lists what it makes.`;
      return done(new AppError("METHOD_NOT_ALLOWED", `Use ${methods.join(" or ")} here.${list}`));
    }
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") {
      return done(
        new AppError("UNSUPPORTED_MEDIA_TYPE", "Send the body without a content encoding."),
      );
    }
    return done();
  };
}

const methodsOf = ({ method }: Route): string[] => (method === "GET" ? ["GET", "HEAD"] : [method]);
