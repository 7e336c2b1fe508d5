import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";

const own = (name: string): string =>
  fileURLToPath(new URL(`../../assets/${name}`, import.meta.url));
const installed = (path: string): string => fileURLToPath(import.meta.resolve(path));

// The script build of the browser library is beside the module that its package exports.
const WEBAUTHN = new URL(
  "../dist/bundle/index.umd.min.js",
  import.meta.resolve("@simplewebauthn/browser"),
);

const FILES: Readonly<Record<string, readonly [path: string, type: string]>> = {
  "identity.css": [own("identity.css"), "text/css; charset=utf-8"],
  "pages.js": [own("pages.js"), "text/javascript; charset=utf-8"],
  "favicon.svg": [own("favicon.svg"), "image/svg+xml"],
  "webauthn.js": [fileURLToPath(WEBAUTHN), "text/javascript; charset=utf-8"],
  "inter.woff2": [
    installed("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"),
    "font/woff2",
  ],
};

/** The static files of the pages, held in memory. */
export function serveStaticFiles(app: FastifyInstance): void {
  for (const [name, [path, type]] of Object.entries(FILES)) {
    const content = readFileSync(path);
    app.get(`/assets/${name}`, (_request, reply) =>
      reply
        .headers({ "content-type": type, "cache-control": "public, max-age=3600" })
        .send(content),
    );
  }
}
