import { readFileSync } from "node:fs";
import { AppError, isErrorCode } from "@allfunds/contract/errors";
import type { FastifyInstance } from "fastify";
import Negotiator from "negotiator";
import type { Endpoint } from "../endpoint/endpoint.ts";
import { DOCUMENT_PATH } from "../openapi/document.ts";
import { PAGES_CSS, sendPage } from "./page.ts";
import { problemPage, problemsPage } from "./problem-page.ts";

const EXPLORER_FILES: Readonly<Record<string, readonly [url: () => string, type: string]>> = {
  "swagger-ui.css": [
    () => import.meta.resolve("swagger-ui-dist/swagger-ui.css"),
    "text/css; charset=utf-8",
  ],
  "swagger-ui-bundle.js": [
    () => import.meta.resolve("swagger-ui-dist/swagger-ui-bundle.js"),
    "text/javascript; charset=utf-8",
  ],
  "oauth2-redirect.js": [
    () => import.meta.resolve("swagger-ui-dist/oauth2-redirect.js"),
    "text/javascript; charset=utf-8",
  ],
};

/** Where the issuer sends the window in which a user has signed in to the explorer. */
const SIGNED_IN_PATH = "/docs/oauth2-redirect.html";

/** The explorer keeps a token in the page only, so a reload signs out. */
const explorerScript = (clientId: string | undefined): string => `const explorer = SwaggerUIBundle({
  url: "${DOCUMENT_PATH}", dom_id: "#explorer", deepLinking: true, docExpansion: "list",
  displayRequestDuration: true, persistAuthorization: false, validatorUrl: null,
  oauth2RedirectUrl: location.origin + "${SIGNED_IN_PATH}",
});
${clientId === undefined ? "" : `explorer.initOAuth({ clientId: ${JSON.stringify(clientId)}, usePkceWithAuthorizationCodeGrant: true });`}`;

/** The pages of people: what is here, the explorer of the operations, and one page for each code. */
export function servePages(
  app: FastifyInstance,
  endpoints: readonly Endpoint[],
  { tokenUrl, explorerClientId }: ExplorerOptions,
): void {
  serveIndex(app);
  serveProblems(app, endpoints);
  serveExplorer(app, new URL(tokenUrl).origin, explorerClientId);
}

interface ExplorerOptions {
  /** Where clients get their tokens. */
  readonly tokenUrl: string;
  /** The public application by which users sign in to the explorer; without it they paste a token. */
  readonly explorerClientId: string | undefined;
}

/** The roots of the service and of the API. */
const INDEX_PATHS = ["/", "/api/v1"] as const;

export const PAGE_PATHS = [
  ...INDEX_PATHS,
  "/api/v1/",
  "/docs",
  "/docs/",
  "/problems",
  "/problems/:code",
] as const;

function serveIndex(app: FastifyInstance): void {
  const links = {
    documentation: "/docs",
    openapi: DOCUMENT_PATH,
    problems: "/problems",
    health: "/health/ready",
  };
  app.get("/api/v1/", (_request, reply) => reply.redirect("/api/v1", 308));
  for (const path of INDEX_PATHS)
    app.get(path, (request, reply) => {
      void reply.header("vary", "accept");
      const type = new Negotiator(request.raw).mediaType(["application/json", "text/html"]);
      if (type !== "text/html") return reply.send({ service: "AllFunds REST API", links });
      return sendPage(reply, {
        title: "AllFunds REST API",
        body: `<main><h1>AllFunds REST API</h1><ul><li><a href="/docs">Operations, with an explorer</a></li><li><a href="${DOCUMENT_PATH}">OpenAPI document</a></li><li><a href="/problems">Problems</a></li></ul></main>`,
      });
    });
}

function serveProblems(app: FastifyInstance, endpoints: readonly Endpoint[]): void {
  app.get("/problems", (_request, reply) =>
    sendPage(reply, { title: "Problems", body: problemsPage() }),
  );
  app.get<{ Params: { code: string } }>("/problems/:code", ({ params }, reply) => {
    const { code } = params;
    if (!isErrorCode(code)) throw new AppError("NOT_FOUND", `There is no problem ${code}.`);
    return sendPage(reply, { title: code, body: problemPage(code, endpoints) });
  });
}

function serveExplorer(app: FastifyInstance, issuer: string, clientId: string | undefined): void {
  for (const [name, [url, type]] of Object.entries(EXPLORER_FILES)) {
    let content: Buffer | undefined;
    app.get(`/docs/${name}`, (_request, reply) => {
      content ??= readFileSync(new URL(url()));
      return reply.type(type).header("cache-control", "public, max-age=86400").send(content);
    });
  }
  app.get("/docs/explorer.js", (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").send(explorerScript(clientId)),
  );
  app.get(SIGNED_IN_PATH, (_request, reply) =>
    sendPage(reply, {
      title: "Signed in",
      head: `<script src="/docs/oauth2-redirect.js" defer></script>`,
      body: "<main><p>This window closes by itself.</p></main>",
      policy:
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; script-src 'self'; style-src 'self'",
    }),
  );
  app.get("/docs/pages.css", (_request, reply) =>
    reply.type("text/css; charset=utf-8").send(PAGES_CSS),
  );
  app.get("/docs/", (_request, reply) => reply.redirect("/docs", 308));
  app.get("/docs", (_request, reply) =>
    sendPage(reply, {
      title: "AllFunds REST API",
      head: `<link rel="stylesheet" href="/docs/swagger-ui.css"><script src="/docs/swagger-ui-bundle.js" defer></script><script src="/docs/explorer.js" defer></script>`,
      body: `<div id="explorer"></div><noscript>The <a href="${DOCUMENT_PATH}">OpenAPI document</a> needs no scripts.</noscript>`,
      policy: `default-src 'none'; base-uri 'none'; frame-ancestors 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ${issuer}`,
    }),
  );
}
