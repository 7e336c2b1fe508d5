import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { environment, nodeBinary } from "./pinned-node.mjs";
import { elapsed, ROOT, runQuietly } from "./terminal.mjs";

const node = (args, cwd = ROOT) => runQuietly(nodeBinary(), args, { cwd, env: environment() });
const tool = (name, ...args) =>
  runQuietly(join(ROOT, "node_modules/.bin", name), args, { env: environment() });

/**
 * Every static check; all of them run, so that one look shows all there is to mend.
 * @type {[name: string, run: () => Promise<{ ok: boolean, output: string }>][]}
 */
const CHECKS = [
  ["compile", () => node(["node_modules/typescript/bin/tsc", "-b"])],
  ["format", () => tool("oxfmt", "--check", ".")],
  ["lint", () => tool("oxlint", "--type-aware", "--type-check")],
  ["unused code", () => tool("knip")],
  ["web types", checkWeb],
  ["supergraph is current", () => node(["gateway/dist/compose.js", "--check"])],
  ["graph types are current", () => node(["graph-tools/dist/generate-types.js", "--check"])],
  ["OpenAPI document is current", () => node(["rest-bridge/dist/openapi.js", "--check"])],
  ["one federation library", checkSingleFederation],
];

export async function check() {
  const failures = [];
  for (const [name, run] of CHECKS) {
    const started = performance.now();
    const { ok, output } = await run();
    console.log(`${ok ? "ok    " : "FAILED"}  ${name} (${elapsed(started)})`);
    if (!ok) failures.push([name, output]);
  }
  for (const [name, output] of failures) console.log(`\n--- ${name}\n${output.trim()}`);
  if (failures.length > 0) process.exitCode = 1;
}

/** A tool of the web app, which has a TypeScript of its own. */
const webTool = (name) =>
  ["web/node_modules/.bin", "node_modules/.bin"]
    .map((folder) => join(ROOT, folder, name))
    .find(existsSync);

async function checkWeb() {
  const options = { cwd: join(ROOT, "web"), env: environment() };
  const synced = await runQuietly(webTool("svelte-kit"), ["sync"], options);
  if (!synced.ok) return synced;
  return runQuietly(webTool("svelte-check"), ["--fail-on-warnings"], options);
}

/** Two copies of it in one tree break the gateway in ways that do not say so. */
async function checkSingleFederation() {
  const copies = findPackage(join(ROOT, "node_modules"), "@apollo/federation-internals").concat(
    ["gateway", "platform", "subgraphs/ledger", "subgraphs/analytics", "subgraphs/metrics"].flatMap(
      (folder) => findPackage(join(ROOT, folder, "node_modules"), "@apollo/federation-internals"),
    ),
  );
  return {
    ok: copies.length === 1,
    output: `Installed ${copies.length} times:\n${copies.join("\n")}`,
  };
}

function findPackage(modules, name) {
  if (!existsSync(modules)) return [];
  const here = join(modules, name);
  const nested = readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) =>
      entry.name.startsWith("@")
        ? readdirSync(join(modules, entry.name)).map((child) => join(modules, entry.name, child))
        : [join(modules, entry.name)],
    );
  const deeper = nested.flatMap((folder) => findPackage(join(folder, "node_modules"), name));
  return existsSync(join(here, "package.json")) ? [here, ...deeper] : deeper;
}
