import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALL_SCOPES } from "@allfunds/contract/scopes";
import { AppError } from "@allfunds/contract/errors";
import type { HttpServer } from "@allfunds/platform/http";

/** How the page signs its users in; without a client they enter a token. */
export interface DeveloperPageOptions {
  /** The issuer, as browsers reach it; absent where no token is required. */
  readonly issuer: string | undefined;
  /** The id of a public client whose redirect URI is `/graphiql` of this gateway. */
  readonly clientId: string | undefined;
  /** The audience of the tokens. */
  readonly resource: string;
}

const require = createRequire(import.meta.url);
const OWN = fileURLToPath(new URL("../../browser/", import.meta.url));
const REACT = dirname(require.resolve("react/package.json"));
const REACT_DOM = dirname(require.resolve("react-dom/package.json"));
const GRAPHIQL = dirname(require.resolve("graphiql/package.json"));

const SCRIPT = "text/javascript; charset=utf-8";
const STYLE = "text/css; charset=utf-8";
/** The page's files, all of them on this machine. */
const FILES: Readonly<Record<string, { readonly path: string; readonly type: string }>> = {
  "react.js": { path: join(REACT, "umd/react.production.min.js"), type: SCRIPT },
  "react-dom.js": { path: join(REACT_DOM, "umd/react-dom.production.min.js"), type: SCRIPT },
  "graphiql.js": { path: join(GRAPHIQL, "graphiql.min.js"), type: SCRIPT },
  "graphiql.css": { path: join(GRAPHIQL, "graphiql.min.css"), type: STYLE },
  "page.js": { path: join(OWN, "graphiql.js"), type: SCRIPT },
  "page.css": { path: join(OWN, "graphiql.css"), type: STYLE },
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>AllFunds graph</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/files/graphiql.css">
<link rel="stylesheet" href="/graphiql/files/page.css">
</head>
<body>
<div id="page"></div>
<script src="/graphiql/files/react.js"></script>
<script src="/graphiql/files/react-dom.js"></script>
<script src="/graphiql/files/graphiql.js"></script>
<script type="module" src="/graphiql/files/page.js"></script>
</body>
</html>
`;

/** Serves GraphiQL at `/graphiql`, from this machine alone: it shows nothing that its user's token does not allow. */
export function serveDeveloperPage(
  { app }: HttpServer,
  { issuer, clientId, resource }: DeveloperPageOptions,
): void {
  const policy = policyFor(issuer === undefined ? "" : new URL(issuer).origin);
  const config = { public: true };
  app.get("/graphiql", { config }, async (_request, reply) =>
    reply.header("content-security-policy", policy).type("text/html; charset=utf-8").send(PAGE),
  );
  app.get("/graphiql/settings.json", { config }, async (_request, reply) =>
    reply
      .header("cache-control", "no-store")
      .send({ issuer, clientId, resource, scope: ["openid", ...ALL_SCOPES].join(" ") }),
  );
  app.get("/graphiql/files/:name", { config }, async (request, reply) => {
    const { name } = request.params as { readonly name: string };
    const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
    if (file === undefined) throw new AppError("NOT_FOUND", "There is no such file.");
    return reply
      .header("cache-control", "public, max-age=3600")
      .type(file.type)
      .send(await readFile(file.path));
  });
}

/** Only this machine's scripts and styles run; only the graph and the issuer are called. */
const policyFor = (issuerOrigin: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self' data:",
    "img-src 'self' data:",
    `connect-src 'self' ${issuerOrigin}`.trimEnd(),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
