import { checkClientPackage, PACK_CLIENT } from "./checks/client-package.mjs";
import { checkDocs } from "./checks/docs.mjs";
import { checkFolders } from "./checks/folders.mjs";
import { runSideBySide, selectSteps } from "./checks/side-by-side.mjs";
import { checkSingleFederation } from "./checks/single-federation.mjs";
import { checkWords } from "./checks/words.mjs";
import { compareGenerated, writeGenerated } from "./generated.mjs";
import { elapsed, fail, ROOT, runQuietly } from "./terminal.mjs";
import { compile, lint, runTool, runWebTool } from "./tools.mjs";

/** More would only slow each other down on a small machine. */
const WIDTH = 2;

/** Every static check; the long ones first. A step is listed behind those that it waits for. */
const CHECKS = [
  { name: "types", run: () => compile() },
  // Both read the compiled types of packages that they import.
  { name: "lint", after: ["types"], run: () => lint("--type-check") },
  { name: "web", after: ["types"], run: checkWeb },
  { name: "unused", run: () => runTool("knip") },
  { name: "format", run: () => runTool("oxfmt", "--check", ".") },
  ...compareGenerated(),
  { name: "pack", after: ["types"], run: packClient },
  { name: "federation", run: () => checkSingleFederation(ROOT) },
  { name: "folders", run: () => checkFolders(ROOT) },
  { name: "docs", run: () => checkDocs(ROOT) },
  { name: "words", run: () => checkWords(ROOT) },
];

/** What a machine can mend: generated files, lint findings with a fix, and the format. */
const FIXES = [
  ...writeGenerated(),
  { name: "lint", run: () => lint("--fix") },
  { name: "format", run: () => runTool("oxfmt", ".") },
];

/** Runs every check, or the named ones with what they need. */
export async function check(names) {
  const known = CHECKS.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    fail(`There is no check "${unknown.join('", "')}". There are: ${known.join(", ")}.`);
  }
  await runSteps(names.length === 0 ? CHECKS : selectSteps(CHECKS, names), WIDTH);
}

/** Changes the sources, one step after the other. */
export async function fix() {
  await runSteps(FIXES, 1);
}

/** All steps run, so that one look shows all there is to mend. */
async function runSteps(steps, width) {
  const started = performance.now();
  const longest = Math.max(...steps.map(({ name }) => name.length));
  const results = await runSideBySide(steps, width, ({ name, ok, tookMs }) => {
    console.log(
      `${ok ? "ok    " : "FAILED"}  ${name.padEnd(longest)}  ${(tookMs / 1000).toFixed(1)} s`,
    );
  });
  const failures = results.filter(({ ok }) => !ok);
  for (const { name, output } of failures) console.log(`\n--- ${name}\n${output.trim()}`);
  if (failures.length === 0) return console.log(`All in ${elapsed(started)}.`);
  console.log(`\nFailed: ${failures.map(({ name }) => name).join(", ")} (${elapsed(started)}).`);
  process.exitCode = 1;
}

async function packClient() {
  return checkClientPackage(await runQuietly("npm", PACK_CLIENT));
}

async function checkWeb() {
  const synced = await runWebTool("svelte-kit", "sync");
  return synced.ok ? runWebTool("svelte-check", "--fail-on-warnings") : synced;
}
