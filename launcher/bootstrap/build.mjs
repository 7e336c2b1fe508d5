import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment, nodeBinary } from "./pinned-node.mjs";
import { fail, ROOT, runQuietly, step } from "./terminal.mjs";
import { compile } from "./tools.mjs";

const WEB = join(ROOT, "web");
const STAMP = join(WEB, "build/.allfunds-sources");
/** What the web app bundles of other packages. */
const BUNDLED = "../platform/src/{sheets,admission}/*.ts";
const WEB_SOURCES = ["src/**/*", "static/**/*", "*.{js,ts,json}"];

/** Brings the compiled output up to date, of all services or of the named ones; a second run costs next to nothing. */
export async function build({ web = true, services = [] } = {}) {
  await compileServices(services);
  if (web) await buildWeb();
}

async function compileServices(services) {
  const result = await step("Compiling the services", () => compile(services));
  if (!result.ok) fail(`${result.output}\nThe services do not compile.`);
}

async function buildWeb() {
  const sources = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === sources) return;
  const vite = [
    join(WEB, "node_modules/vite/bin/vite.js"),
    join(ROOT, "node_modules/vite/bin/vite.js"),
  ];
  const result = await step("Building the web app", () =>
    runQuietly(nodeBinary(), [vite.find(existsSync), "build"], { cwd: WEB, env: environment() }),
  );
  if (!result.ok) fail(`${result.output}\nThe web app does not build.`);
  writeFileSync(STAMP, sources);
}

function fingerprint() {
  const hash = createHash("sha256");
  const files = [WEB_SOURCES, BUNDLED]
    .flatMap((pattern) => globSync(pattern, { cwd: WEB, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of [...files, join(ROOT, "package-lock.json")]) {
    hash.update(file.slice(ROOT.length)).update(readFileSync(file));
  }
  return hash.digest("hex");
}
