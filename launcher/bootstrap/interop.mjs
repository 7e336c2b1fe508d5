import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { demoFile } from "./demo-file.mjs";
import { runNode } from "./pinned-node.mjs";
import { python } from "./python.mjs";
import { fail, ROOT, runQuietly, step } from "./terminal.mjs";

const AUTHLIB = ["authlib==1.9.10", "joserfc==1.8.0", "requests==2.34.2"];
const GENERATOR = ["openapi-python-client==0.29.1", "httpx==0.28.1", "attrs==26.1.0"];
const PROXY = { module: "github.com/oauth2-proxy/oauth2-proxy/v7", version: "v7.15.6" };

/** What runs each client of others, installed at its first use into the caches of this repository. */
const PROGRAMS = {
  "oauth2-proxy": installProxy,
  authlib: () => python(AUTHLIB),
  "python-client": () => python(GENERATOR),
};

/**
 * Drives clients of others at the running demo: those of OpenID Connect through sign-in, refresh, step-up and
 * sign-out, a generated one of the REST API through a posting, pages and a refusal.
 */
export async function interop(args) {
  const names = args.length === 0 ? Object.keys(PROGRAMS) : args;
  const unknown = names.filter((name) => !Object.hasOwn(PROGRAMS, name));
  if (unknown.length > 0) {
    fail(
      `There is no client ${unknown.join(", ")}. There are: ${Object.keys(PROGRAMS).join(", ")}.`,
    );
  }
  const programs = [];
  for (const name of names) programs.push(`${name}=${await PROGRAMS[name]()}`);
  process.env.TSX_TSCONFIG_PATH = "tsconfig.base.json";
  await runNode(["--import", "tsx", "launcher/interop/main.ts", demoFile(), ...programs]);
}

async function installProxy() {
  const { module, version } = PROXY;
  const folder = join(ROOT, "node_modules/.cache/go", version);
  const program = join(folder, "oauth2-proxy");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, GOBIN: folder };
  const { ok, output } = await step(`Installing oauth2-proxy ${version}`, () =>
    runQuietly("go", ["install", `${module}@${version}`], { env }),
  );
  if (!ok) fail(`${output}\nThis needs Go 1.25 or later, and a proxy of its modules.`);
  return program;
}
