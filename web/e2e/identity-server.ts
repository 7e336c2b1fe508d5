import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "otplib";

const IDENTITY = fileURLToPath(new URL("../../identity", import.meta.url));
const TSCONFIG = fileURLToPath(new URL("../../tsconfig.base.json", import.meta.url));
const START_TIMEOUT_MS = 120_000;

/** A user of the issuer's demo tenant. */
export interface DemoUser {
  readonly email: string;
  readonly password: string;
  readonly role: string;
  readonly totpSecret?: string;
}

export interface IdentityServer {
  readonly issuer: string;
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
    TSX_TSCONFIG_PATH: TSCONFIG,
    IDENTITY_PORT: String(port),
    IDENTITY_URL: issuer,
    WEB_URL: webUrl,
    WEB_CLIENT_SECRET: webClientSecret,
    DATABASE_URL_IDENTITY: databaseUrl,
    ALLFUNDS_DATA: dataDir,
  };
  const run = (...args: string[]) =>
    spawn(process.execPath, ["--conditions=source", "--import", "tsx", ...args], {
      cwd: IDENTITY,
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
  const demo = await exitOf(run("src/make-demo-tenant.ts", "--demo"));
  if (demo !== 0) throw new Error("The issuer's demo tenant was not created.");
  const server = run("src/main.ts");
  await responds(`${issuer.replace("localhost", "127.0.0.1")}/health/ready`);
  const { users } = JSON.parse(await readFile(join(dataDir, "demo.json"), "utf8")) as {
    users: DemoUser[];
  };
  return {
    issuer,
    user: (role) => {
      const user = users.find((candidate) => candidate.role === role);
      if (!user) throw new Error(`The demo tenant has no ${role}.`);
      return user;
    },
    stop: async () => {
      server.kill("SIGTERM");
      await exitOf(server);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The present code of the user's authenticator app. */
export const codeOf = ({ totpSecret = "" }: DemoUser): Promise<string> =>
  generate({ secret: totpSecret });

export function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", resolve));
}

/** Waits until the address responds with success. */
export async function responds(url: string, timeoutMs = START_TIMEOUT_MS): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let last = "nothing";
  while (Date.now() < deadline) {
    const response = await fetch(url).catch((error: Error) => error);
    if (response instanceof Response && response.ok) return;
    last = response instanceof Response ? `status ${response.status}` : String(response.cause);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} was not ready within ${timeoutMs} ms. Last response: ${last}.`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
