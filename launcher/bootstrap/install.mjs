import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail, ROOT, runQuietly, step } from "./terminal.mjs";

const MODULES = join(ROOT, "node_modules");
const STAMP = join(MODULES, ".allfunds-install");

/** Installs the packages when they are missing or were installed for another lock file. */
export async function installPackages() {
  const wanted = fingerprint();
  if (existsSync(MODULES)) {
    if (readStamp() === wanted) return;
    if (installedByHand()) return writeFileSync(STAMP, wanted);
  }
  const first = !existsSync(MODULES);
  await step(first ? "Installing packages" : "Updating packages", () => install(first));
  writeFileSync(STAMP, fingerprint());
}

/** `npm ci` is exact, but empties node_modules first; an update only changes what differs. */
async function install(first) {
  if (first) {
    const exact = await npm(["ci"]);
    if (exact.ok) return;
    console.log("\nnpm ci refused the lock file; trying npm install, which may change it.");
  }
  const result = await npm(["install"]);
  if (!result.ok)
    fail(`\n${result.output}\nInstalling the packages failed; the output of npm is above.`);
}

function npm(args) {
  const flags = ["--no-audit", "--no-fund", "--loglevel=error"];
  const own = process.env.npm_execpath;
  // Started through npm, the same npm is at hand even when it is not on the path.
  if (own?.endsWith(".js")) return runQuietly(process.execPath, [own, ...args, ...flags]);
  return runQuietly("npm", [...args, ...flags]);
}

function fingerprint() {
  const hash = createHash("sha256");
  for (const file of inputs()) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
}

/** The lock file and the manifest of every workspace. */
function inputs() {
  const { workspaces } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const folders = workspaces.flatMap((pattern) =>
    pattern.endsWith("/*")
      ? readdirSync(join(ROOT, pattern.slice(0, -2))).map((name) => pattern.replace("*", name))
      : [pattern],
  );
  const manifests = folders.map((folder) => `${folder}/package.json`);
  return ["package.json", "package-lock.json", ...manifests.sort()].filter((file) =>
    existsSync(join(ROOT, file)),
  );
}

function readStamp() {
  return existsSync(STAMP) ? readFileSync(STAMP, "utf8") : undefined;
}

/** npm was run by hand since the manifests last changed. */
function installedByHand() {
  const mark = join(MODULES, ".package-lock.json");
  if (!existsSync(mark)) return false;
  const installed = statSync(mark).mtimeMs;
  return inputs().every((file) => statSync(join(ROOT, file)).mtimeMs <= installed);
}
