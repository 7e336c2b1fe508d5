import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { generate } from "otplib";
import { untilEnded } from "@allfunds/platform/testing/end-process";
import { freePort } from "@allfunds/platform/testing/free-port";
import { runNode, startServer, stopServer } from "./processes.ts";

// Compiled, because loading the source costs more than what the tests do with it.
const IDENTITY = fileURLToPath(new URL("../../identity/dist", import.meta.url));

/** A user of the issuer's demo tenant. */
export interface DemoUser {
  readonly email: string;
  readonly password: string;
  readonly role: string;
  readonly totpSecret?: string;
}

/** An API client of the demo tenant. */
interface DemoClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface IdentityServer {
  readonly issuer: string;
  /** What a directory sends to `/scim/v2`; throws unless it is accepted. */
  provision(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  user(role: string): DemoUser;
  stop(): Promise<void>;
}

/** The real issuer as a process, with one user for each role. */
export async function startIdentity(
  databaseUrl: string,
  webUrl: string,
  webClientSecret: string,
): Promise<IdentityServer> {
  const dataDir = await mkdtemp(join(tmpdir(), "web-identity-"));
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const env = {
    // oxlint-disable-next-line node/no-process-env -- a child needs the path of this process
    ...process.env,
    NODE_ENV: "development",
    LOG_LEVEL: "warn",
    IDENTITY_PORT: String(port),
    IDENTITY_URL: issuer,
    WEB_URL: webUrl,
    WEB_CLIENT_SECRET: webClientSecret,
    DATABASE_URL_IDENTITY: databaseUrl,
    ALLFUNDS_DATA: dataDir,
  };
  const options = { cwd: IDENTITY, env };
  const demo = await untilEnded(runNode(["make-demo-tenant.js", "--demo"], options));
  if (demo !== 0) throw new Error(`The issuer's demo tenant was not created: exit code ${demo}.`);
  const readyUrl = `http://127.0.0.1:${port}/health/ready`;
  const server = await startServer(["main.js"], readyUrl, options);
  const { users, clients } = JSON.parse(await readFile(join(dataDir, "demo.json"), "utf8")) as {
    users: DemoUser[];
    clients: DemoClient[];
  };
  return {
    issuer,
    provision: async (method, path, body) => {
      const response = await fetch(`${issuer}/scim/v2${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await directoryToken(issuer, clients[0])}`,
          "content-type": "application/scim+json",
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
    },
    user: (role) => {
      const user = users.find((candidate) => candidate.role === role);
      if (!user) throw new Error(`The demo tenant has no ${role}.`);
      return user;
    },
    stop: async () => {
      await stopServer(server);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function directoryToken(issuer: string, client: DemoClient | undefined): Promise<string> {
  if (client === undefined) throw new Error("The demo tenant has no API client.");
  const response = await fetch(`${issuer}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${client.clientId}:${client.clientSecret}`)}` },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      scope: "users:provision",
      resource: "urn:allfunds:graph",
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

// A code that is about to end would have ended when it is typed.
const LEAST_LEFT_MS = 6_000;
const STEP_MS = 30_000;

/** The code of the user's authenticator app, when it lasts long enough to be typed. */
export async function codeOf({ totpSecret = "" }: DemoUser): Promise<string> {
  const leftMs = STEP_MS - (Date.now() % STEP_MS);
  if (leftMs < LEAST_LEFT_MS) await sleep(leftMs);
  return generate({ secret: totpSecret });
}
