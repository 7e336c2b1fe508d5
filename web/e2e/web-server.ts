import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { untilEnded } from "@allfunds/platform/testing/end-process";
import { freePort } from "@allfunds/platform/testing/free-port";
import { startServer, stopServer } from "./processes.ts";

const WEB = fileURLToPath(new URL("..", import.meta.url));
// The test runner's own mode would build and run the pages for development.
// oxlint-disable-next-line node/no-process-env -- a child needs the path of this process
const ENVIRONMENT = { ...process.env, NODE_ENV: "production" };

export interface WebServer {
  url: string;
  process: ChildProcess;
  /** Sends SIGTERM and waits for the exit code. */
  stop(): Promise<number | null>;
}

/** Builds the web app unless its build is newer than its sources. */
export async function buildWeb(): Promise<void> {
  if (isBuilt()) return;
  const build = spawn("npx", ["vite", "build", "--logLevel", "error"], {
    cwd: WEB,
    env: ENVIRONMENT,
  });
  let output = "";
  build.stdout.on("data", (chunk) => (output += String(chunk)));
  build.stderr.on("data", (chunk) => (output += String(chunk)));
  const code = await untilEnded(build);
  if (code !== 0) throw new Error(`The web app did not build:\n${output}`);
}

function isBuilt(): boolean {
  const built = statSync(join(WEB, "build/handler.js"), { throwIfNoEntry: false });
  if (!built) return false;
  const sources = readdirSync(join(WEB, "src"), { recursive: true, encoding: "utf8" });
  return ["vite.config.ts", "package.json", ...sources.map((path) => join("src", path))].every(
    (path) => statSync(join(WEB, path)).mtimeMs < built.mtimeMs,
  );
}

/** The settings of a server. */
export interface WebSettings {
  gatewayUrl: string;
  databaseUrl: string;
  /** Port on which it listens; a free one when absent. */
  port?: number;
  /** Sessions that exist already do not need the issuer. */
  issuer?: string;
}

/** The servers' secret at the issuer, which also encrypts their sessions. */
export const CLIENT_SECRET = "a secret between the issuer and the web app";

/** Starts the built server and waits until it responds. */
export async function startWebServer(settings: WebSettings): Promise<WebServer> {
  const port = settings.port ?? (await freePort());
  // The name, not the number: browsers keep its cookie there without https.
  const url = `http://localhost:${port}`;
  const server = await startServer(["server.js"], `${url}/health/live`, {
    cwd: WEB,
    env: {
      ...ENVIRONMENT,
      WEB_PORT: String(port),
      WEB_URL: url,
      GATEWAY_URL: settings.gatewayUrl,
      OIDC_ISSUER: settings.issuer ?? "http://localhost:9",
      IDENTITY_URL: settings.issuer ?? "",
      WEB_CLIENT_SECRET: CLIENT_SECRET,
      DATABASE_URL_WEB: settings.databaseUrl,
    },
  });
  return { url, process: server, stop: () => stopServer(server) };
}
